'use client';

import { Ban, CircleCheck, LoaderCircle } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { clsx } from 'clsx';
import { useFormatter, useTranslations } from 'next-intl';
import type { Bulk, BulkStatus } from '#api/types.ts';
import { Badge, type Tone } from '../ui/Badge.tsx';
import { ShareBar } from '../ui/ShareBar.tsx';

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
  // Over, and about nothing.
  const empty = status === 'succeeded' && total === 0;
  const said = t('progress', { done: format.number(done), total: format.number(total) });

  return (
    <span className={clsx('flex items-center', large ? 'gap-4' : 'gap-2')}>
      <ShareBar
        role="progressbar"
        aria-label={t('column.progress')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={said}
        className={large ? 'h-2.5 flex-1' : 'h-1.5 w-24'}
        total={empty ? 1 : total}
        shares={[
          { tone: 'accent', count: empty ? 1 : done - failed },
          { tone: 'bad', count: failed, hatched: true },
        ]}
      />
      <span className={clsx('text-muted tabular-nums', large ? 'text-sm' : 'text-xs')}>{said}</span>
    </span>
  );
}
