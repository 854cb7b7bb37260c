'use client';

import { useTranslations } from 'next-intl';
import { isRecord, textOf } from '../read.ts';
import { CardIcon, CardSigns, CardTitle } from './CardTitle.tsx';
import { RunLine } from './RunLine.tsx';
import type { CardProps } from './card.ts';
import type { GraphNode } from '../graph.ts';

/** A node that runs a work, once or once per item. */
export function StepCard({ node, Icon, tone, run, marks }: CardProps) {
  const t = useTranslations('designer.canvas');
  const work = textOf(node.work);

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
              <span className="mono max-w-1/2 truncate text-faint">{node.key} ·</span>
            )}
            {work === undefined ? (
              <span data-tone="warn" className="truncate text-tone">
                {t('noWork')}
              </span>
            ) : (
              <span className="mono truncate text-muted" title={work}>
                {work}
              </span>
            )}
          </span>
        </div>
      </div>
      {run === undefined ? <Manner node={node} /> : <RunLine run={run} />}
    </div>
  );
}

/** What is out of the ordinary about the node: what it fans out over, its trigger rule, retries and so on. */
function Manner({ node }: { node: GraphNode }) {
  const t = useTranslations('designer.canvas');
  const items = node.type === 'fanout' ? textOf(node.items) : undefined;
  const trigger = textOf(node.trigger);
  const limit = isRecord(node.retry) ? node.retry.limit : undefined;

  const chips = [
    ...(items === undefined ? [] : [t('over', { items })]),
    ...(trigger === undefined || trigger === 'all_success' ? [] : [trigger]),
    ...(typeof limit === 'number' && limit > 0 ? [t('retries', { count: limit })] : []),
    ...(node.onFailure === 'continue' ? [t('continues')] : []),
  ];

  if (chips.length === 0) return null;

  return (
    <span className="flex min-w-0 gap-1 text-2xs">
      {chips.map((chip) => (
        <span
          key={chip}
          title={chip}
          className="mono min-w-0 truncate rounded-sm border bg-sunken px-1 text-muted"
        >
          {chip}
        </span>
      ))}
    </span>
  );
}
