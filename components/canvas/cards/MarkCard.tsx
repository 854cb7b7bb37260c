'use client';

import { CardIcon, CardSigns, CardTitle } from './CardTitle.tsx';
import type { CardProps } from './card.ts';

/** Start and end: marks, not steps. */
export function MarkCard({ node, Icon, tone, run, marks }: CardProps) {
  return (
    <div className="flex h-full items-center gap-2 pr-3 pl-1.5">
      <CardIcon Icon={Icon} tone={tone} run={run} />
      <CardTitle node={node} />
      <CardSigns node={node} marks={marks} />
    </div>
  );
}
