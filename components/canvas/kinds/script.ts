import { CodeXml } from 'lucide-react';
import type * as z from 'zod';
import { scriptNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { textOf } from '../read.ts';
import { codeOr, firstLine } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const scriptKind: NodeKind = {
  ...STEP,
  type: 'script',
  group: 'steps',
  schema: scriptNode,
  Icon: CodeXml,
  tone: 'accent',
  create: (key) => ({ key, type: 'script', script: 'return input;' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'script', fields: ['script', 'input', 'timeoutSeconds', 'memoryMb'] },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'window', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof scriptNode>>[],
  Card: StepCard,
  summary: (node) => codeOr('Script', firstLine(textOf(node.script) ?? '')),
};
