import { Layers } from 'lucide-react';
import { StepCard } from '../cards/StepCard.tsx';
import { plainExit, type FormSection, type NodeKind } from './kind.ts';
import { fanoutNode } from '#engine/definition.ts';
import type * as z from 'zod';

const SIZE = { width: 240, height: 80 };

export const fanoutKind: NodeKind = {
  type: 'fanout',
  schema: fanoutNode,
  Icon: Layers,
  tone: 'active',
  entry: true,
  exits: () => plainExit(SIZE),
  size: () => SIZE,
  create: (key) => ({ key, type: 'fanout', items: 'input.items' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'items', fields: ['items', 'maxParallel', 'tolerance'] },
    { section: 'work', fields: ['work', 'input'] },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof fanoutNode>>[],
  Card: StepCard,
};
