import { Cog } from 'lucide-react';
import type * as z from 'zod';
import { taskNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { textOf } from '../read.ts';
import { codeOr } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const taskKind: NodeKind = {
  ...STEP,
  type: 'task',
  group: 'steps',
  schema: taskNode,
  Icon: Cog,
  tone: 'accent',
  create: (key) => ({ key, type: 'task' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'work', fields: ['work', 'input'] },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'window', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof taskNode>>[],
  Card: StepCard,
  summary: (node) => codeOr('Work', textOf(node.work)),
};
