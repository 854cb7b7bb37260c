import { Send } from 'lucide-react';
import type * as z from 'zod';
import { notifyNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { textOf } from '../read.ts';
import { codeOr, hostOf } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const notifyKind: NodeKind = {
  ...STEP,
  type: 'notify',
  group: 'steps',
  schema: notifyNode,
  Icon: Send,
  tone: 'handed',
  create: (key) => ({ key, type: 'notify' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'message', fields: ['url', 'event', 'data', 'headers'] },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'window', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof notifyNode>>[],
  Card: StepCard,
  summary: (node) => {
    const url = textOf(node.url);
    return codeOr('Url', url === undefined ? undefined : hostOf(url));
  },
};
