import { Hourglass } from 'lucide-react';
import type * as z from 'zod';
import { waitNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import type { GraphNode } from '../graph.ts';
import { textOf } from '../read.ts';
import { windowOf, type Summary } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const waitKind: NodeKind = {
  ...STEP,
  type: 'wait',
  group: 'waiting',
  schema: waitNode,
  Icon: Hourglass,
  tone: 'waiting',
  create: (key) => ({ key, type: 'wait', seconds: 60 }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    {
      section: 'wait',
      fields: ['seconds', 'until', 'window'],
      alternatives: [{ field: 'seconds' }, { field: 'until' }, { field: 'window' }],
    },
    { section: 'start', fields: ['trigger', 'disabled'] },
    { section: 'more', fields: ['notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof waitNode>>[],
  Card: StepCard,
  summary: summaryOf,
};

function summaryOf({ seconds, until, window: raw }: GraphNode): Summary {
  const time = textOf(until);
  const expression = textOf(seconds);
  const window = windowOf(raw);

  if (typeof seconds === 'number') return { is: 'seconds', seconds };
  if (expression !== undefined) return { is: 'code', text: expression };
  if (time !== undefined) return { is: 'until', until: time };
  return window === undefined ? { is: 'missing', what: 'Time' } : { is: 'window', window };
}
