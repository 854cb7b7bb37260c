'use client';

import { useFormatter, useTranslations } from 'next-intl';
import type { NodeType } from '#engine/definition.ts';
import { TASK_FACES } from '../../status/faces.ts';
import { ShareBar } from '../../ui/ShareBar.tsx';
import { Duration } from '../../ui/Time.tsx';
import type { NodeRun } from './card.ts';

type RunLineProps = { run: NodeRun; type?: NodeType; approval?: boolean };

/** The state in words, how long it took or has been taking, and, if it needed more than one, the number of attempts. */
export function RunLine({ run, type, approval = false }: RunLineProps) {
  const t = useTranslations();

  /** What is waited for, where the node says more than the state of its task. */
  function runText() {
    if (type === 'wait' && run.status === 'delayed') return t('designer.canvas.waiting');
    if (type === 'signal' && run.status === 'running') {
      return approval ? t('designer.canvas.awaitsApproval') : t('designer.canvas.awaitsSignal');
    }
    return t(`status.task.${run.status}`);
  }

  if (run.segments !== null && run.segments.total > 0) {
    return <SegmentsLine segments={run.segments} />;
  }

  return (
    <span className="flex items-center gap-2 text-xs">
      <span data-tone={TASK_FACES[run.status].tone} className="text-tone">
        {runText()}
      </span>
      {run.startedAt !== null && (
        <Duration from={run.startedAt} to={run.finishedAt} className="text-muted tabular-nums" />
      )}
      {run.critical === true && <span className="text-accent">{t('simulate.critical')}</span>}
      {run.attempts > 1 && (
        <span className="ml-auto text-muted tabular-nums">
          {t('designer.canvas.attempts', { count: run.attempts })}
        </span>
      )}
    </span>
  );
}

/** One stacked bar for all segments, however many, and the count of those that are done. */
function SegmentsLine({ segments }: { segments: NonNullable<NodeRun['segments']> }) {
  const t = useTranslations('designer.canvas');
  const format = useFormatter();
  const { total, succeeded, failed } = segments;
  const label = t('segments', { total, succeeded, failed });

  return (
    <span className="flex items-center gap-2 text-xs">
      <ShareBar
        role="img"
        aria-label={label}
        title={label}
        className="h-1.5 min-w-0 flex-1"
        total={total}
        shares={[
          { tone: 'good', count: succeeded },
          { tone: 'bad', count: failed },
        ]}
      />
      <span className="text-muted tabular-nums">
        {format.number(succeeded + failed)} / {format.number(total)}
      </span>
      {failed > 0 && (
        <span data-tone="bad" className="text-tone tabular-nums">
          {t('failedSegments', { count: failed })}
        </span>
      )}
    </span>
  );
}
