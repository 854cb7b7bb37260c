'use client';

import type { LucideIcon } from 'lucide-react';
import {
  CircleCheck,
  CircleX,
  Ellipsis,
  FastForward,
  SkipForward,
  StepForward,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '../../ui/Menu.tsx';
import { MarkDialog, MARKS, type Mark } from './MarkDialog.tsx';
import { RestartDialog } from './RestartDialog.tsx';
import { SimpleDialog } from './SimpleDialog.tsx';
import { isAllowed } from './table.ts';

const MARK_ICONS: Readonly<Record<Mark, LucideIcon>> = {
  skipped: SkipForward,
  succeeded: CircleCheck,
  failed: CircleX,
};

type TaskMove = Mark | 'restart' | 'run-now';
type TaskMovesProps = { instance: InstanceDetail; task: TaskSummary };

/** What a person may do to one task. Nothing can be done to a mark that was folded away: it only follows others. */
export function TaskMoves({ instance, task }: TaskMovesProps) {
  return task.folded ? null : <MovesOfTask instance={instance} task={task} />;
}

function MovesOfTask({ instance, task }: TaskMovesProps) {
  const t = useTranslations('moves');
  const [asking, setAsking] = useState<TaskMove | null>(null);
  const close = () => setAsking(null);
  const markNot = isAllowed('mark', instance.status)
    ? task.status === 'succeeded'
      ? t('markNot')
      : undefined
    : t('not.mark');
  const delayed = isAllowed('run-now', instance.status) && task.status === 'delayed';

  return (
    <>
      <Menu>
        <MenuTrigger>
          <IconButton size="sm" icon={Ellipsis} label={t('ofTask')} />
        </MenuTrigger>
        <MenuContent>
          {MARKS.map((as) => (
            <MenuItem
              key={as}
              icon={MARK_ICONS[as]}
              unavailable={markNot}
              onSelect={() => setAsking(as)}
            >
              {t(`${as}.label`)}
            </MenuItem>
          ))}
          <MenuSeparator />
          <MenuItem
            icon={FastForward}
            unavailable={delayed ? undefined : t('putOffNot')}
            onSelect={() => setAsking('run-now')}
          >
            {t('names.run-now')}
          </MenuItem>
          <MenuItem
            icon={StepForward}
            unavailable={isAllowed('restart', instance.status) ? undefined : t('not.restart')}
            onSelect={() => setAsking('restart')}
          >
            {t('restart.hereLabel')}
          </MenuItem>
        </MenuContent>
      </Menu>
      {asking === 'restart' ? (
        <RestartDialog instance={instance} from={task.key} onClose={close} />
      ) : asking === 'run-now' ? (
        <SimpleDialog id={instance.id} move="run-now" params={{ task: task.key }} onClose={close} />
      ) : (
        asking && <MarkDialog instance={instance.id} task={task} as={asking} onClose={close} />
      )}
    </>
  );
}
