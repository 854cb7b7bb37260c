import { UserCheck } from 'lucide-react';
import type * as z from 'zod';
import { signalNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { textOf } from '../read.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const signalKind: NodeKind = {
  ...STEP,
  type: 'signal',
  group: 'waiting',
  schema: signalNode,
  Icon: UserCheck,
  tone: 'warn',
  create: (key) => ({ key, type: 'signal' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'signal', fields: ['approval', 'prompt', 'signal', 'timeoutSeconds', 'default'] },
    { section: 'start', fields: ['trigger', 'disabled'] },
    { section: 'failure', fields: ['onFailure'], folded: true },
    { section: 'more', fields: ['notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof signalNode>>[],
  Card: StepCard,
  summary: (node) => ({ is: 'code', text: textOf(node.signal) ?? node.key }),
};
