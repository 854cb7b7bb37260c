'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { Segment, TaskSummary } from '#api/types.ts';
import type { TaskStatus } from '#engine/states.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useLive } from '../query/provider.tsx';
import { TaskStatusBadge } from '../status/StatusBadge.tsx';
import { Checkbox } from '../ui/Input.tsx';
import { imagesIn } from '../ui/images.ts';
import { ImageStrip } from '../ui/ImageStrip.tsx';
import { Facts } from '../ui/Panel.tsx';
import { ShareBar } from '../ui/ShareBar.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Duration } from '../ui/Time.tsx';
import { AttemptList } from './AttemptList.tsx';
import { RetrySegments } from './moves/RetrySegments.tsx';
import { segmentAttemptsQuery, segmentsQuery } from './queries.ts';
import { SegmentGrid } from './SegmentGrid.tsx';
import { VainPushes } from './VainPushes.tsx';

type SegmentSectionProps = {
  instance: string;
  task: TaskSummary;
  segments: NonNullable<TaskSummary['segments']>;
};

const REREAD_MS = 2_000;

/** The children of a fan-out: a bar whose counts filter, a grid of all of them, and the one that was picked. */
export function SegmentSection({ instance, task, segments }: SegmentSectionProps) {
  const t = useTranslations('segments');
  const [status, setStatus] = useState<TaskStatus | null>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const { status: live } = useLive();
  const query = useInfiniteQuery({
    ...segmentsQuery(instance, task.key, status),
    // All pages that were scrolled through are read again: the more there are, the less often.
    refetchInterval: ({ state }) =>
      live !== 'off' && segments.open > 0 && REREAD_MS * (state.data?.pages.length ?? 1),
  });
  useEndOf(segments.open > 0, () => void query.refetch());
  const loaded = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data]);
  const shown = loaded.find(({ order }) => order === picked);
  const isChoosable = (segment: Segment) => segment.status === 'failed';
  const again = loaded.filter((one) => chosen.has(one.order) && isChoosable(one));
  const choose = (order: number) =>
    setChosen((before) => {
      const after = new Set(before);
      return after.delete(order) ? after : after.add(order);
    });

  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">{t('title')}</h3>
      <ShareBar
        className="h-2"
        total={segments.total}
        shares={[
          { tone: 'good', count: segments.succeeded },
          { tone: 'bad', count: segments.failed, hatched: true },
        ]}
      />
      <StatusFilter segments={segments} status={status} onChange={setStatus} />
      <Loaded query={query} framed={false} skeleton={<Skeleton className="h-24" />}>
        {() => (
          <SegmentGrid
            segments={loaded}
            picked={picked}
            // Not while something is read already, which asking for more would cut short.
            more={query.hasNextPage && !query.isFetching && !query.isError}
            onMore={() => void query.fetchNextPage()}
            chosen={chosen}
            onPick={(order) => setPicked(order === picked ? null : order)}
            onChoose={(segment) => isChoosable(segment) && choose(segment.order)}
          />
        )}
      </Loaded>
      {segments.failed > 0 && (
        <RetrySegments
          instance={instance}
          task={task.key}
          failed={segments.failed}
          chosen={again.map(({ order }) => order)}
          onDone={() => setChosen(new Set())}
        />
      )}
      {shown && (
        <SegmentCard
          key={shown.order}
          instance={instance}
          task={task.key}
          segment={shown}
          choice={
            isChoosable(shown) && (
              <ChooseSegment
                chosen={chosen.has(shown.order)}
                onChange={() => choose(shown.order)}
              />
            )
          }
        />
      )}
    </section>
  );
}

/** Calls once when what was going on has ended. */
function useEndOf(goingOn: boolean, onEnd: () => void): void {
  const before = useRef(goingOn);
  const end = useEffectEvent(onEnd);

  useEffect(() => {
    if (before.current && !goingOn) {
      end();
    }
    before.current = goingOn;
  }, [goingOn]);
}

type Segments = SegmentSectionProps['segments'];

type StatusFilterProps = {
  segments: Segments;
  status: TaskStatus | null;
  onChange: (status: TaskStatus | null) => void;
};

function StatusFilter({ segments, status, onChange }: StatusFilterProps) {
  const t = useTranslations('segments');
  const words = useTranslations('status.task');
  const format = useFormatter();
  const choices: readonly (readonly [TaskStatus | null, string, number])[] = [
    [null, t('all'), segments.total],
    ['succeeded', words('succeeded'), segments.succeeded],
    ['failed', words('failed'), segments.failed],
  ];

  return (
    <div role="group" aria-label={t('filter')} className="flex flex-wrap gap-1">
      {choices.map(([value, word, count]) => (
        <button
          key={word}
          type="button"
          aria-pressed={status === value}
          className={clsx(
            'rounded-full border px-2 text-xs leading-5',
            status === value
              ? 'border-accent bg-accent-soft font-medium text-accent'
              : 'border-line text-muted hover:bg-hover',
          )}
          onClick={() => onChange(value)}
        >
          {word} <span className="tabular-nums">{format.number(count)}</span>
        </button>
      ))}
      {segments.open > 0 && (
        <span className="px-2 text-xs leading-5 text-muted">
          {t('open', { count: segments.open })}
        </span>
      )}
    </div>
  );
}

function ChooseSegment({ chosen, onChange }: { chosen: boolean; onChange: () => void }) {
  const t = useTranslations('moves.retry-segments');

  return (
    <label className="flex items-center gap-2 text-sm">
      <Checkbox checked={chosen} onChange={onChange} />
      {t('choose')}
    </label>
  );
}

type SegmentCardProps = { instance: string; task: string; segment: Segment; choice: ReactNode };

/** What was tried for one segment, with its output. */
function SegmentCard({ instance, task, segment, choice }: SegmentCardProps) {
  const t = useTranslations('segments');
  const query = useQuery(segmentAttemptsQuery(instance, task, segment.order));
  const output = query.data?.data.find(({ outcome }) => outcome === 'succeeded')?.output;
  const images = useMemo(() => imagesIn(output ?? undefined), [output]);

  return (
    <div className="flex flex-col gap-3 rounded-md border p-3">
      <div className="flex items-center gap-2">
        <h4 className="text-sm font-medium">{t('segment', { order: segment.order })}</h4>
        <TaskStatusBadge status={segment.status} />
        {segment.startedAt !== null && (
          <span className="ml-auto text-xs text-muted tabular-nums">
            <Duration from={segment.startedAt} to={segment.finishedAt} />
          </span>
        )}
      </div>
      {choice}
      {segment.delivery !== null && (
        <Facts>
          <VainPushes delivery={segment.delivery} />
        </Facts>
      )}
      <ImageStrip images={images} />
      <Loaded query={query} framed={false} skeleton={<Skeleton className="h-16" />}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-sm text-muted">{t('noAttempts')}</p>
          ) : (
            <AttemptList attempts={data} total={segment.attempts} />
          )
        }
      </Loaded>
    </div>
  );
}
