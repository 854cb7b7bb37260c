'use client';

import { useQuery } from '@tanstack/react-query';
import { CalendarClock, History, Pencil, Play, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Schedule } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Listed } from '../query/Listed.tsx';
import { NameCell } from '../recipe/NameCell.tsx';
import { Button } from '../ui/Button.tsx';
import { RowMenu } from '../ui/RowMenu.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { useDeleteSchedule, useRunNow, useSwitchSchedule } from './moves.ts';
import { schedulesQuery } from './queries.ts';
import { RunsDialog } from './RunsDialog.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';

type Asked = { what: 'edit' | 'runs' | 'delete'; schedule: Schedule } | { what: 'create' } | null;

/** The schedules of a workflow. */
export function ScheduleList({ workflow }: { workflow: string }) {
  const t = useTranslations('schedules');
  const query = useQuery(schedulesQuery(workflow));
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setAsked({ what: 'create' })}>
      {t('create')}
    </Button>
  );

  return (
    <>
      <div className="flex flex-col gap-3">
        {query.data?.data.length !== 0 && <div className="flex justify-end">{create}</div>}
        <Listed
          query={query}
          label={t('title')}
          empty={{
            icon: CalendarClock,
            title: t('empty.title'),
            text: t('empty.text'),
            action: create,
          }}
          columns={[
            t('key'),
            t('cron'),
            t('next'),
            t('last'),
            t('enabled'),
            { moves: t('actions') },
          ]}
        >
          {(schedule) => (
            <ScheduleRow
              key={schedule.id}
              schedule={schedule}
              onAsk={(what) => setAsked({ what, schedule })}
            />
          )}
        </Listed>
      </div>
      {asked?.what === 'create' && (
        <ScheduleDialog workflow={workflow} schedule={null} onClose={close} />
      )}
      {asked?.what === 'edit' && (
        <ScheduleDialog workflow={workflow} schedule={asked.schedule} onClose={close} />
      )}
      {asked?.what === 'runs' && <RunsDialog schedule={asked.schedule} onClose={close} />}
      {asked?.what === 'delete' && <DeleteDialog schedule={asked.schedule} onClose={close} />}
    </>
  );
}

type RowProps = { schedule: Schedule; onAsk: (what: 'edit' | 'runs' | 'delete') => void };

function ScheduleRow({ schedule, onAsk }: RowProps) {
  const t = useTranslations('schedules');
  const common = useTranslations('common');
  const switching = useSwitchSchedule(schedule.workflow);
  const running = useRunNow(schedule.workflow);
  const runNow = () =>
    running.mutate(schedule.id, { onSuccess: () => void toast.success(t('ran')) });

  return (
    <Tr>
      <NameCell name={schedule.name} itemKey={schedule.key} />
      <Td>
        <span className="mono">{schedule.cron}</span>
        <div className="text-xs text-faint">{schedule.timeZone}</div>
      </Td>
      <Td className="whitespace-nowrap text-muted">
        {schedule.nextAt === null ? common('never') : <RelativeTime at={schedule.nextAt} />}
        {schedule.waitingAt !== null && (
          <div className="text-xs text-faint">{t('outcomes.waiting')}</div>
        )}
      </Td>
      <Td className="whitespace-nowrap text-muted">
        {schedule.lastAt === null ? common('never') : <RelativeTime at={schedule.lastAt} />}
      </Td>
      <Td>
        <Switch
          aria-label={t('enable', { schedule: schedule.key })}
          checked={schedule.enabled}
          onCheckedChange={(enabled) => switching.mutate({ id: schedule.id, enabled })}
        />
      </Td>
      <Td>
        <RowMenu
          label={t('actionsOf', { schedule: schedule.key })}
          moves={[
            { icon: Play, text: t('runNow'), onSelect: runNow },
            { icon: History, text: t('runs'), onSelect: () => onAsk('runs') },
            { icon: Pencil, text: t('edit'), onSelect: () => onAsk('edit') },
            { icon: Trash2, text: t('delete'), danger: true, onSelect: () => onAsk('delete') },
          ]}
        />
      </Td>
    </Tr>
  );
}

function DeleteDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const t = useTranslations('schedules');

  return (
    <ConfirmMove
      title={t('deleteTitle', { schedule: schedule.key })}
      text={t('deleteText')}
      confirmLabel={t('delete')}
      move={useDeleteSchedule(schedule.workflow)}
      input={schedule.id}
      onClose={onClose}
    />
  );
}
