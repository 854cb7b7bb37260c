'use client';

import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { InstanceCounts } from '#api/types.ts';
import type { InstanceStatus } from '#engine/states.ts';
import { periodStart } from '../instance/filter.ts';
import { countsQuery } from '../instance/queries.ts';
import { useProblemText } from '../query/problem_text.ts';
import { INSTANCE_FACES } from '../status/faces.ts';
import { FaceIcon } from '../status/StatusBadge.tsx';
import { useNow } from '../ui/now.ts';
import { ErrorState, Skeleton } from '../ui/states.tsx';

/** What runs and waits now, and how the last 24 hours ended. Each number leads to the instances that it counts. */
const NOW: readonly InstanceStatus[] = ['running', 'queued'];
const LAST_DAY: readonly InstanceStatus[] = ['succeeded', 'failed'];

export function Tiles() {
  const problemText = useProblemText();
  const from = useNow((now) => periodStart('24h', now));
  const everything = useQuery(countsQuery({}));
  const lastDay = useQuery(countsQuery({ from }));
  const error = everything.error ?? lastDay.error;

  if (error !== null && (everything.data === undefined || lastDay.data === undefined)) {
    return (
      <div className="card">
        <ErrorState
          message={problemText(error)}
          onRetry={() => {
            void everything.refetch();
            void lastDay.refetch();
          }}
          className="!py-6"
        />
      </div>
    );
  }

  return (
    <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {NOW.map((status) => (
        <Tile key={status} status={status} period="now" counts={everything.data} />
      ))}
      {LAST_DAY.map((status) => (
        <Tile key={status} status={status} period="24h" counts={lastDay.data} />
      ))}
    </ul>
  );
}

type TileProps = {
  status: InstanceStatus;
  period: 'now' | '24h';
  counts: InstanceCounts | undefined;
};

function Tile({ status, period, counts }: TileProps) {
  const t = useTranslations('overview');
  const instances = useTranslations('instances');
  const words = useTranslations('status.instance');
  const format = useFormatter();
  const count = counts?.counts[status];

  return (
    <li className="card">
      <Link
        href={`/instances?status=${status}${period === '24h' ? '&period=24h' : ''}`}
        className="flex h-full flex-col gap-1 rounded-lg px-4 py-3 hover:bg-hover/60"
      >
        <span className="flex items-center gap-1.5 text-sm text-muted">
          <FaceIcon face={{ ...INSTANCE_FACES[status], spin: undefined }} />
          {words(status)}
          <span className="ml-auto text-2xs text-faint">{t(`period.${period}`)}</span>
        </span>
        {count === undefined ? (
          <Skeleton className="my-1 h-6 w-16" />
        ) : (
          <span className="text-2xl leading-8 font-semibold tracking-tight tabular-nums">
            {count >= 10_000
              ? instances('capped', { count: format.number(10_000) })
              : format.number(count)}
          </span>
        )}
      </Link>
    </li>
  );
}
