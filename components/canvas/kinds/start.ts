import { Play } from 'lucide-react';
import { MarkCard } from '../cards/MarkCard.tsx';
import { plainExit, type FormSection, type NodeKind } from './kind.ts';
import { startNode } from '#engine/definition.ts';
import type * as z from 'zod';

const SIZE = { width: 140, height: 40 };

export const startKind: NodeKind = {
  type: 'start',
  group: 'flow',
  schema: startNode,
  Icon: Play,
  tone: 'good',
  entry: false,
  exits: () => plainExit(SIZE),
  size: () => SIZE,
  create: (key) => ({ key, type: 'start' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'more', fields: ['disabled', 'trigger', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof startNode>>[],
  Card: MarkCard,
};
