'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { WaitingSignal } from '#api/types.ts';
import { waitingSignalsQuery } from '../instance/queries.ts';
import { WAITING_ICONS } from '../instance/WaitingBadge.tsx';
import { Panel } from '../ui/Panel.tsx';
import { relativeTime } from '../ui/Time.tsx';
import { Line, Lines, ShowAll } from './Line.tsx';

const SHOWN = 6;

/** What waits for a person's word, or for an event that a person can send: the longest first. Absent when nothing does. */
export function Asked() {
  const t = useTranslations('overview');
  const { data } = useQuery(waitingSignalsQuery(SHOWN));

  return data === undefined || data.data.length === 0 ? null : (
    <Panel
      title={t('asked')}
      bodyClassName="p-0"
      aside={
        <ShowAll href="/instances?waitingFor=approval,signal" label={t('all')} of={t('asked')} />
      }
    >
      <Lines>
        {data.data.map((waiting) => (
          <AskedLine key={`${waiting.instanceId} ${waiting.task}`} waiting={waiting} />
        ))}
      </Lines>
    </Panel>
  );
}

/** Its instance has the form to answer it above everything else. */
function AskedLine({ waiting }: { waiting: WaitingSignal }) {
  const t = useTranslations('signal');
  const { approval, signal, taskName, prompt, dueAt } = waiting;
  const Icon = WAITING_ICONS[approval ? 'approval' : 'signal'];
  const what = approval ? t('approval') : t('title', { signal });
  const asked = prompt === '' ? (approval ? taskName : what) : prompt;

  return (
    <Line
      face={
        <span data-tone="warn" className="shrink-0 text-tone">
          <Icon role="img" aria-label={what} className="size-4" />
        </span>
      }
      href={`/instances/${waiting.instanceId}`}
      subject={waiting.objectId}
      of={waiting.workflowName}
      detail={
        <>
          {asked}
          {dueAt !== null && <> · {t.rich('timesOut', { time: relativeTime(dueAt) })}</>}
        </>
      }
      full={asked}
      at={waiting.since}
    />
  );
}
