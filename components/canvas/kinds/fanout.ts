import { Layers } from 'lucide-react';
import type * as z from 'zod';
import { fanoutNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { textOf } from '../read.ts';
import { childSummary, codeOr } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const fanoutKind: NodeKind = {
  ...STEP,
  type: 'fanout',
  group: 'steps',
  schema: fanoutNode,
  Icon: Layers,
  tone: 'active',
  create: (key) => ({ key, type: 'fanout', items: 'input.items' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'items', fields: ['items', 'maxParallel', 'tolerance'] },
    {
      section: 'work',
      fields: ['work', 'workflow', 'version', 'objectId', 'input'],
      alternatives: [{ field: 'work' }, { field: 'workflow', along: ['version', 'objectId'] }],
    },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'window', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof fanoutNode>>[],
  Card: StepCard,
  summary: (node) =>
    node.workflow === undefined ? codeOr('Work', textOf(node.work)) : childSummary(node),
};
