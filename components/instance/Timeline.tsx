'use client';

import { clsx } from 'clsx';
import { ChartNoAxesGantt } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import { TASK_FACES } from '../status/faces.ts';
import { FaceIcon } from '../status/StatusBadge.tsx';
import { formatDuration } from '../ui/format_time.ts';
import { useNow } from '../ui/now.ts';
import { EmptyState } from '../ui/states.tsx';
import { ticks, timelineOf } from './timeline.ts';
import type { Span, TimelineRow } from './timeline.ts';

type TimelineProps = {
  instance: InstanceDetail;
  edges: readonly { readonly from: string; readonly to: string }[];
  selected: string | null;
  onSelect: (key: string) => void;
};

/** One row per task: how long it waited, how long it ran. */
export function Timeline({ instance, edges, selected, onSelect }: TimelineProps) {
  const t = useTranslations('timeline');
  const locale = useLocale();
  const end = instance.finishedAt === null ? null : Date.parse(instance.finishedAt);
  // While the run goes on the bars grow once a second.
  const now = useNow((at) => end ?? Math.floor(at.getTime() / 1_000) * 1_000);
  const begin = Date.parse(instance.createdAt);
  const started = instance.startedAt === null ? null : Date.parse(instance.startedAt);
  const rows = useMemo(
    () => timelineOf(instance.tasks.filter(takesTime), edges, started ?? begin, now),
    [instance.tasks, edges, started, begin, now],
  );
  const last = Math.max(
    now,
    ...rows.flatMap(({ waiting, running }) => [waiting?.to ?? begin, running?.to ?? begin]),
  );
  const length = Math.max(1, last - begin);
  const place = (span: Span) => ({
    left: `${(100 * (span.from - begin)) / length}%`,
    width: `max(3px, ${(100 * (span.to - span.from)) / length}%)`,
  });

  if (rows.length === 0) {
    return (
      <div className="card">
        <EmptyState icon={ChartNoAxesGantt} title={t('empty')} />
      </div>
    );
  }

  return (
    <div className="card overflow-hidden">
      <div className="grid grid-cols-[minmax(7rem,12rem)_minmax(0,1fr)] text-xs">
        <div className="border-r bg-sunken px-3 py-1.5 font-medium text-muted">{t('task')}</div>
        <div className="bg-sunken pr-8" aria-hidden>
          <div className="@container relative h-full">
            {ticks(length).map((offset, index) => (
              <span
                key={offset}
                className={clsx(
                  'absolute top-1.5 border-l border-line-strong pl-1 whitespace-nowrap text-faint tabular-nums',
                  // Where there is little room, every second or fourth.
                  index % 2 !== 0 && '@max-lg:hidden',
                  index % 4 !== 0 && '@max-3xs:hidden',
                )}
                style={{ left: `${(100 * offset) / length}%` }}
              >
                {offset === 0 ? '0' : formatDuration(offset, locale)}
              </span>
            ))}
          </div>
        </div>
        {started !== null && started > begin && (
          <QueuedRow style={place({ from: begin, to: started })} ms={started - begin} />
        )}
        {rows.map((row) => (
          <Row
            key={row.task.key}
            row={row}
            selected={row.task.key === selected}
            place={place}
            onSelect={() => onSelect(row.task.key)}
          />
        ))}
      </div>
      <Legend />
    </div>
  );
}

/** Marks and routes take no time of anyone's. */
function takesTime(task: TaskSummary): boolean {
  return task.work !== null;
}

const label = 'flex h-8 min-w-0 items-center gap-2 border-t border-r px-3 text-left';

function QueuedRow({ style, ms }: { style: { left: string; width: string }; ms: number }) {
  const t = useTranslations('timeline');
  const locale = useLocale();
  const text = t('queuedFor', { time: formatDuration(ms, locale) });

  return (
    <>
      <div className={clsx(label, 'text-muted')}>{t('queued')}</div>
      <div className="h-8 border-t pr-8" title={text}>
        <span className="sr-only">{text}</span>
        <div className="relative h-full" aria-hidden>
          <span
            data-tone="idle"
            className="hatched absolute top-2.5 h-3 rounded-sm bg-tone-solid opacity-70"
            style={style}
          />
        </div>
      </div>
    </>
  );
}

type RowProps = {
  row: TimelineRow<TaskSummary>;
  selected: boolean;
  place: (span: Span) => { left: string; width: string };
  onSelect: () => void;
};

function Row({ row, selected, place, onSelect }: RowProps) {
  const t = useTranslations('timeline');
  const status = useTranslations('status.task');
  const locale = useLocale();
  const { task, waiting, running } = row;
  const face = TASK_FACES[task.status];
  const words = [
    status(task.status),
    ...(waiting ? [t('waited', { time: formatDuration(waiting.to - waiting.from, locale) })] : []),
    ...(running ? [t('ran', { time: formatDuration(running.to - running.from, locale) })] : []),
  ].join(' · ');

  return (
    <>
      <button
        type="button"
        className={clsx(label, '-outline-offset-2 hover:bg-hover', selected && 'bg-accent-soft')}
        title={`${task.name}: ${words}`}
        onClick={onSelect}
      >
        <FaceIcon face={face} className="!size-3.5" />
        <span className="min-w-0 flex-1 truncate font-medium">{task.name}</span>
        <span className="sr-only">{words}</span>
      </button>
      <div className="h-8 border-t pr-8" aria-hidden title={words} onClick={onSelect}>
        <div className="relative h-full">
          {waiting && (
            <span
              data-tone="idle"
              className="hatched absolute top-2.5 h-3 rounded-sm bg-tone-solid opacity-70"
              style={place(waiting)}
            />
          )}
          {running && (
            <span
              data-tone={face.tone}
              className="absolute top-2 h-4 rounded-sm bg-tone-solid"
              style={place(running)}
            />
          )}
        </div>
      </div>
    </>
  );
}

function Legend() {
  const t = useTranslations('timeline');

  return (
    <p className="flex flex-wrap gap-4 border-t bg-sunken px-3 py-1.5 text-xs text-muted">
      <span className="flex items-center gap-1.5">
        <span
          aria-hidden
          data-tone="idle"
          className="hatched h-3 w-6 rounded-sm bg-tone-solid opacity-70"
        />
        {t('legend.waiting')}
      </span>
      <span className="flex items-center gap-1.5">
        <span aria-hidden data-tone="good" className="h-3 w-6 rounded-sm bg-tone-solid" />
        {t('legend.running')}
      </span>
    </p>
  );
}
