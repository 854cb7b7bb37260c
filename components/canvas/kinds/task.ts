import { Cog } from 'lucide-react';
import { StepCard } from '../cards/StepCard.tsx';
import { plainExit, type FormSection, type NodeKind } from './kind.ts';
import { taskNode } from '#engine/definition.ts';
import type * as z from 'zod';

const SIZE = { width: 240, height: 80 };

export const taskKind: NodeKind = {
  type: 'task',
  schema: taskNode,
  Icon: Cog,
  tone: 'accent',
  entry: true,
  exits: () => plainExit(SIZE),
  size: () => SIZE,
  create: (key) => ({ key, type: 'task' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'work', fields: ['work', 'input'] },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof taskNode>>[],
  Card: StepCard,
};
