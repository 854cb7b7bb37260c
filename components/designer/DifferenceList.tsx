'use client';

import { Minus, PencilLine, Plus, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { GraphEdge } from '../canvas/graph.ts';
import { titleOf } from '../canvas/read.ts';
import type { Tone } from '../ui/Badge.tsx';
import { isEmpty, type Differences } from './model/diff.ts';
import { useLabelText } from './words.ts';

/** What came, went and changed, one line each. */
export function DifferenceList({ differences }: { differences: Differences }) {
  const t = useTranslations('designer.differences');
  const labelText = useLabelText();
  const edge = ({ from, to, branch }: GraphEdge) =>
    `${from}${branch === undefined ? '' : ` (${branch})`} → ${to}`;

  if (isEmpty(differences)) return <p className="text-sm text-muted">{t('none')}</p>;

  return (
    <ul className="flex flex-col gap-1 text-sm">
      {differences.addedNodes.map((node) => (
        <Line key={`+${node.key}`} icon={Plus} tone="good" sign={t('added')}>
          {titleOf(node)} <Key>{node.key}</Key>
        </Line>
      ))}
      {differences.changedNodes.map(({ node, fields }) => (
        <Line key={`~${node.key}`} icon={PencilLine} tone="warn" sign={t('changed')}>
          {fields
            .map((field) => labelText({ name: 'changed', title: titleOf(node), field }))
            .join(', ')}
        </Line>
      ))}
      {differences.removedNodes.map((node) => (
        <Line key={`-${node.key}`} icon={Minus} tone="bad" sign={t('removed')}>
          {titleOf(node)} <Key>{node.key}</Key>
        </Line>
      ))}
      {differences.addedEdges.map((each) => (
        <Line key={`+${edge(each)}`} icon={Plus} tone="good" sign={t('added')}>
          <Key>{edge(each)}</Key>
        </Line>
      ))}
      {differences.removedEdges.map((each) => (
        <Line key={`-${edge(each)}`} icon={Minus} tone="bad" sign={t('removed')}>
          <Key>{edge(each)}</Key>
        </Line>
      ))}
      {differences.settings.map((field) => (
        <Line key={`=${field}`} icon={PencilLine} tone="warn" sign={t('changed')}>
          {labelText({ name: 'setting', field })}
        </Line>
      ))}
    </ul>
  );
}

function Line({
  icon: Icon,
  tone,
  sign,
  children,
}: {
  icon: LucideIcon;
  tone: Tone;
  sign: string;
  children: ReactNode;
}) {
  return (
    <li className="flex items-start gap-2">
      <span
        data-tone={tone}
        className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-sm bg-tone-soft text-tone"
      >
        <Icon role="img" aria-label={sign} className="size-3" />
      </span>
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}

function Key({ children }: { children: ReactNode }) {
  return <span className="mono text-xs text-muted">{children}</span>;
}
