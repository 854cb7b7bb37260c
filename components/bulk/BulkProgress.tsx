'use client';

import { Ban, CircleCheck, LoaderCircle } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { clsx } from 'clsx';
import { useFormatter, useTranslations } from 'next-intl';
import type { Bulk, BulkStatus } from '#api/types.ts';
import { Badge, type Tone } from '../ui/Badge.tsx';

const FACES: Readonly<Record<BulkStatus, { tone: Tone; icon: LucideIcon }>> = {
  running: { tone: 'active', icon: LoaderCircle },
  succeeded: { tone: 'good', icon: CircleCheck },
  aborted: { tone: 'idle', icon: Ban },
};

export function BulkStatusBadge({ status }: { status: BulkStatus }) {
  const t = useTranslations('bulk.status');

  return (
    <Badge {...FACES[status]} spin={status === 'running'}>
      {t(status)}
    </Badge>
  );
}

/** How many instances it has seen, of those it was about when it was asked for; refused ones in red. */
export function BulkProgress({ bulk, large = false }: { bulk: Bulk; large?: boolean }) {
  const t = useTranslations('bulk');
  const format = useFormatter();
  const { status, done, failed } = bulk;
  // Instances leave the filter before it comes to them: one that has ended has seen all there are.
  const total = status === 'succeeded' ? done : Math.max(bulk.total, done);
  const share = (count: number) =>
    `${total === 0 ? (status === 'succeeded' ? 100 : 0) : (100 * count) / total}%`;
  const said = t('progress', { done: format.number(done), total: format.number(total) });

  return (
    <span className={clsx('flex items-center', large ? 'gap-4' : 'gap-2')}>
      <span
        role="progressbar"
        aria-label={t('column.progress')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={said}
        className={clsx(
          'flex overflow-hidden rounded-full bg-sunken ring-1 ring-line',
          large ? 'h-2.5 flex-1' : 'h-1.5 w-24',
        )}
      >
        <span
          data-tone="accent"
          className="bg-tone-solid transition-[width]"
          style={{ width: share(done - failed) }}
        />
        <span
          data-tone="bad"
          className="hatched bg-tone-solid transition-[width]"
          style={{ width: share(failed) }}
        />
      </span>
      <span className={clsx('text-muted tabular-nums', large ? 'text-sm' : 'text-xs')}>{said}</span>
    </span>
  );
}
