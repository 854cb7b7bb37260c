'use client';

import { clsx } from 'clsx';
import { textOf } from '../read.ts';
import type { Summary } from '../summary.ts';
import { useSummaryText } from '../useSummaryText.ts';
import { CardIcon, CardSigns, CardTitle } from './CardTitle.tsx';
import { Manner } from './Manner.tsx';
import { RunLine } from './RunLine.tsx';
import type { CardProps } from './card.ts';

/** A node that does something, or waits for something. */
export function StepCard({ node, Icon, tone, summary, run, marks }: CardProps) {
  return (
    <div className="flex h-full flex-col justify-center gap-1 px-2.5">
      <div className="flex min-w-0 items-center gap-2">
        <CardIcon Icon={Icon} tone={tone} run={run} />
        <div className="flex min-w-0 flex-1 flex-col">
          <span className="flex min-w-0 items-center gap-1.5">
            <CardTitle node={node} />
            <CardSigns node={node} marks={marks} />
          </span>
          <span className="flex min-w-0 items-center gap-1 text-2xs">
            {textOf(node.name) !== undefined && (
              <span className="mono max-w-1/2 truncate text-faint">
                {summary === undefined ? node.key : `${node.key} ·`}
              </span>
            )}
            {summary !== undefined && <SummaryLine summary={summary} />}
          </span>
        </div>
      </div>
      {run === undefined ? (
        <Manner node={node} />
      ) : (
        <RunLine run={run} type={node.type} approval={node.approval === true} />
      )}
    </div>
  );
}

/** What it does, or what it lacks. */
function SummaryLine({ summary }: { summary: Summary }) {
  const text = useSummaryText()(summary);
  const missing = summary.is === 'missing';
  const code = summary.is === 'code' || summary.is === 'child';

  return (
    <span
      data-tone={missing ? 'warn' : undefined}
      title={text}
      className={clsx('truncate', missing ? 'text-tone' : 'text-muted', code && 'mono')}
    >
      {text}
    </span>
  );
}
