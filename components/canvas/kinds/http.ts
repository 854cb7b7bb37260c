import { Globe } from 'lucide-react';
import type * as z from 'zod';
import { httpNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { isRecord, textOf } from '../read.ts';
import { codeOr, hostOf } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const httpKind: NodeKind = {
  ...STEP,
  type: 'http',
  group: 'steps',
  schema: httpNode,
  Icon: Globe,
  tone: 'accent',
  create: (key) => ({ key, type: 'http', submit: {} }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    {
      section: 'requests',
      fields: ['callback', 'submit', 'status', 'result', 'stop', 'output'],
      alternatives: [
        { field: null },
        { field: 'status', along: ['result'] },
        { field: 'callback' },
      ],
    },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'window', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof httpNode>>[],
  Card: StepCard,
  summary: ({ submit }) => {
    const { url, method } = isRecord(submit) ? submit : {};
    const address = textOf(url);
    return codeOr(
      'Url',
      address === undefined ? undefined : `${textOf(method) ?? 'POST'} ${hostOf(address)}`,
    );
  },
};
