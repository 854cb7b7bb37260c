import { Workflow } from 'lucide-react';
import type * as z from 'zod';
import { workflowNode } from '#engine/definition.ts';
import { StepCard } from '../cards/StepCard.tsx';
import { childSummary } from '../summary.ts';
import { STEP, type FormSection, type NodeKind } from './kind.ts';

export const workflowKind: NodeKind = {
  ...STEP,
  type: 'workflow',
  group: 'steps',
  schema: workflowNode,
  Icon: Workflow,
  tone: 'active',
  create: (key) => ({ key, type: 'workflow' }),
  form: [
    { section: 'basics', fields: ['name', 'key'] },
    { section: 'child', fields: ['workflow', 'version', 'objectId', 'input', 'wait'] },
    { section: 'start', fields: ['trigger', 'delaySeconds', 'window', 'disabled'] },
    { section: 'failure', fields: ['onFailure', 'retry', 'timeouts'], folded: true },
    { section: 'more', fields: ['priority', 'notes'], folded: true },
  ] satisfies FormSection<keyof z.infer<typeof workflowNode>>[],
  Card: StepCard,
  summary: childSummary,
};
