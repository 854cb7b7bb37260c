import { Flag } from 'lucide-react';
import { MarkCard } from '../cards/MarkCard.tsx';
import type { FormSection, NodeKind } from './kind.ts';
import { endNode } from '#engine/definition.ts';
import type * as z from 'zod';

const SIZE = { width: 140, height: 40 };

export const endKind: NodeKind = {
  type: 'end',
  group: 'flow',
  schema: endNode,
  Icon: Flag,
  tone: 'idle',
  entry: true,
  exits: () => [],
  size: () => SIZE,
  create: (key) => ({ key, type: 'end' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'start', fields: ['trigger', 'disabled'] },
    { section: 'more', fields: ['notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof endNode>>[],
  Card: MarkCard,
};
