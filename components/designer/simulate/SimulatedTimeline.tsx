'use client';

import { useFormatter, useLocale, useTranslations } from 'next-intl';
import { useId } from 'react';
import type { Simulated, SimulatedNode } from '#engine/simulate/answer.ts';
import { own } from '#engine/json.ts';
import { titleOf } from '../../canvas/read.ts';
import { TASK_FACES } from '../../status/faces.ts';
import { TaskStatusBadge } from '../../status/StatusBadge.tsx';
import { formatDuration } from '../../ui/format_time.ts';
import { useUi } from '../commands/context.ts';
import { useDocument, useEditor } from '../editor/context.ts';
import { nodeOf } from '../model/document.ts';
import { useSimulation } from './context.tsx';
import { ErrorText } from './ErrorText.tsx';

/** One line per node along the virtual clock, and the slider that moves it. Pressing a line selects its node. */
export function SimulatedTimeline({ answer }: { answer: Simulated }) {
  const t = useTranslations('simulate');
  const critical = new Set(answer.criticalPath.nodes.map(({ key }) => key));
  const nodes = answer.nodes.toSorted(
    (one, other) =>
      (one.openedAt ?? Infinity) - (other.openedAt ?? Infinity) ||
      (one.endedAt ?? 0) - (other.endedAt ?? 0),
  );

  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Scrubber />
      <ul aria-label={t('timeline')} className="flex flex-col">
        {nodes.map((node) => (
          <Line
            key={node.key}
            node={node}
            total={answer.seconds}
            critical={critical.has(node.key)}
          />
        ))}
      </ul>
    </div>
  );
}

/** Steps from one change to the next: arrow keys do the same. */
function Scrubber() {
  const t = useTranslations('simulate');
  const format = useFormatter();
  const id = useId();
  const { moments, at, setAt } = useSimulation();
  const time = t('at', { seconds: format.number(moments[at] ?? 0) });

  return (
    <div className="flex items-center gap-3 text-xs">
      <label htmlFor={id} className="font-medium">
        {t('clock')}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={moments.length - 1}
        step={1}
        value={at}
        aria-valuetext={time}
        onChange={(event) => setAt(Number(event.target.value))}
        className="min-w-0 flex-1 accent-accent"
      />
      <span aria-hidden className="w-24 text-right text-muted tabular-nums">
        {time}
      </span>
    </div>
  );
}

type LineProps = { node: SimulatedNode; total: number; critical: boolean };

function Line({ node, total, critical }: LineProps) {
  const t = useTranslations('simulate');
  const document = useDocument();
  const editor = useEditor();
  const ui = useUi();
  const { runs } = useSimulation();
  const drawn = nodeOf(document, node.key);
  const status = own(runs, node.key)?.status ?? node.status;

  function go() {
    editor.selectNodes(node.key);
    ui.reveal(node.key);
  }

  return (
    <li>
      <button
        type="button"
        onClick={go}
        className="grid w-full grid-cols-[10rem_8rem_minmax(0,1fr)] items-center gap-3 rounded px-1 py-0.5 text-left text-xs hover:bg-hover"
      >
        <span className="truncate font-medium">
          {drawn === undefined ? node.key : titleOf(drawn)}
        </span>
        <TaskStatusBadge status={status} />
        <span className="flex min-w-0 items-center gap-2">
          <Bar node={node} total={total} />
          <Took node={node} />
          {critical && <span className="shrink-0 text-accent">{t('critical')}</span>}
          <Because node={node} />
        </span>
      </button>
    </li>
  );
}

function Bar({ node: { openedAt, endedAt, status }, total }: Omit<LineProps, 'critical'>) {
  if (openedAt === null || endedAt === null) return null;
  const share = (seconds: number) => (total === 0 ? 0 : (100 * seconds) / total);

  return (
    <span aria-hidden className="relative h-2 min-w-0 flex-1 rounded-full bg-sunken">
      <span
        data-tone={TASK_FACES[status].tone}
        className="absolute inset-y-0 min-w-1 rounded-full bg-tone-solid"
        style={{ left: `${share(openedAt)}%`, width: `${share(endedAt - openedAt)}%` }}
      />
    </span>
  );
}

/** From its turn to its end: all that it waited for is part of it. */
function Took({ node: { openedAt, endedAt } }: Pick<LineProps, 'node'>) {
  const locale = useLocale();
  if (openedAt === null || endedAt === null) return null;

  return (
    <span className="shrink-0 text-muted tabular-nums">
      {formatDuration((endedAt - openedAt) * 1_000, locale)}
    </span>
  );
}

/** Why it never ran, or how it failed. */
function Because({ node: { because, error } }: { node: SimulatedNode }) {
  const t = useTranslations();
  if (error !== null) {
    return <ErrorText error={error} className="truncate text-muted" />;
  }
  if (because === null || because.length === 0) return null;

  return (
    <span className="truncate text-muted">
      {because
        .map(({ node, status, branch }) =>
          branch === null
            ? t('simulate.becauseStatus', { node, status: t(`status.task.${status}`) })
            : t('simulate.becauseBranch', { node, branch }),
        )
        .join(' · ')}
    </span>
  );
}
