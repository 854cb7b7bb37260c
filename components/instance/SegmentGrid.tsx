'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { Segment } from '#api/types.ts';
import { TASK_FACES } from '../status/faces.ts';
import { FaceIcon } from '../status/StatusBadge.tsx';

const COLUMNS = 6;
const ROW_HEIGHT = 30;

type SegmentGridProps = {
  segments: readonly Segment[];
  picked: number | null;
  /** Ringed beside the picked one: what a move is about. */
  chosen: ReadonlySet<number>;
  more: boolean;
  onMore: () => void;
  onPick: (order: number) => void;
  /** Picked with Ctrl, Shift or ⌘. */
  onChoose: (segment: Segment) => void;
};

/** Ten thousand segments in a few dozen elements: only the rows in view are in the document, pages are read as one scrolls. */
export function SegmentGrid({
  segments,
  picked,
  chosen,
  more,
  onMore,
  onPick,
  onChoose,
}: SegmentGridProps) {
  const t = useTranslations('segments');
  const status = useTranslations('status.task');
  const scroller = useRef<HTMLDivElement>(null);
  const count = Math.ceil(segments.length / COLUMNS);
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not used here
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
  });
  const visible = rows.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;
  const readOn = useEffectEvent(onMore);

  useEffect(() => {
    if (more && lastVisible >= count - 6) {
      readOn();
    }
  }, [more, lastVisible, count]);

  if (segments.length === 0) {
    return <p className="py-2 text-sm text-muted">{t('none')}</p>;
  }

  return (
    <div
      ref={scroller}
      role="group"
      aria-label={t('grid')}
      className="max-h-52 overflow-y-auto rounded-md border bg-sunken p-1"
    >
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {visible.map((row) => (
          <div
            key={row.key}
            className="absolute inset-x-0 grid grid-cols-6 gap-1"
            style={{ top: row.start, height: ROW_HEIGHT - 4 }}
          >
            {segments.slice(row.index * COLUMNS, (row.index + 1) * COLUMNS).map((segment) => (
              <button
                key={segment.id}
                type="button"
                data-tone={TASK_FACES[segment.status].tone}
                aria-pressed={segment.order === picked || chosen.has(segment.order)}
                aria-label={t('named', {
                  order: segment.order,
                  status: status(segment.status),
                })}
                className={clsx(
                  'flex min-w-0 items-center justify-center gap-1 rounded-sm border border-tone-line bg-tone-soft text-2xs text-tone tabular-nums hover:border-tone-solid',
                  segment.order === picked && 'ring-2 ring-accent',
                  chosen.has(segment.order) && 'outline-2 -outline-offset-2 outline-tone-solid',
                )}
                onClick={({ ctrlKey, metaKey, shiftKey }) =>
                  ctrlKey || metaKey || shiftKey ? onChoose(segment) : onPick(segment.order)
                }
              >
                <FaceIcon face={TASK_FACES[segment.status]} className="!size-3" />
                {segment.order}
              </button>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
