'use client';

import { useTranslations } from 'next-intl';
import type { GraphNode } from '../graph.ts';
import { isRecord, textOf } from '../read.ts';
import { windowOf } from '../summary.ts';
import { useWindowText } from '../useSummaryText.ts';

type Chip = { readonly text: string; readonly title?: string };

/** What is out of the ordinary about a step: what it fans out over, when it may begin, its trigger rule, retries and so on. */
export function Manner({ node }: { node: GraphNode }) {
  const t = useTranslations('designer.canvas');
  const windowText = useWindowText();
  const items = node.type === 'fanout' ? textOf(node.items) : undefined;
  // Of a wait, the window is what it does and is said above.
  const window = node.type === 'wait' ? undefined : windowOf(node.window);
  const trigger = textOf(node.trigger);
  const limit = isRecord(node.retry) ? node.retry.limit : undefined;

  const chips: readonly Chip[] = [
    ...(items === undefined ? [] : [{ text: t('over', { items }) }]),
    ...(node.approval === true ? [{ text: t('approval') }] : []),
    ...(node.type === 'http' && node.status !== undefined ? [{ text: t('polling') }] : []),
    ...(node.callback === true ? [{ text: t('callback') }] : []),
    ...(node.wait === false ? [{ text: t('goesOn') }] : []),
    ...(window === undefined
      ? []
      : [{ text: t('hours', { from: window.from, to: window.to }), title: windowText(window) }]),
    ...(trigger === undefined || trigger === 'all_success' ? [] : [{ text: trigger }]),
    ...(typeof limit === 'number' && limit > 0 ? [{ text: t('retries', { count: limit }) }] : []),
    ...(node.onFailure === 'continue' ? [{ text: t('continues') }] : []),
  ];

  if (chips.length === 0) return null;

  return (
    <span className="flex min-w-0 gap-1 text-2xs">
      {chips.map(({ text, title }) => (
        <span
          key={text}
          title={title ?? text}
          className="mono min-w-0 truncate rounded-sm border bg-sunken px-1 text-muted"
        >
          {text}
        </span>
      ))}
    </span>
  );
}
