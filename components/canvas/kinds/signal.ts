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
  // Unless it says another, the name of the signal is its key, which is on the card already.
  summary: ({ signal }) => {
    const name = textOf(signal);
    return name === undefined ? undefined : { is: 'code', text: name };
  },
};
