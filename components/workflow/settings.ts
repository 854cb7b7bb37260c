import type { Workflow } from '#api/types.ts';
import type { WorkflowChanges } from './moves.ts';

/** The settings of a workflow as they are written in their form: numbers stay texts until they are sent. */
export type Written = {
  readonly name: string;
  readonly description: string;
  readonly maxRunning: string;
  readonly order: Workflow['order'];
  readonly priority: string;
  /** Empty: priority does not grow with age. */
  readonly ageingSeconds: string;
  readonly onObjectBusy: Workflow['onObjectBusy'];
  /** Empty: as the installation says. */
  readonly retentionDays: string;
};

export function writtenFrom(workflow: Workflow): Written {
  return {
    name: workflow.name,
    description: workflow.description,
    maxRunning: String(workflow.maxRunning),
    order: workflow.order,
    priority: String(workflow.priority),
    ageingSeconds: workflow.ageingSeconds === null ? '' : String(workflow.ageingSeconds),
    onObjectBusy: workflow.onObjectBusy,
    retentionDays: workflow.retentionDays === null ? '' : String(workflow.retentionDays),
  };
}

/** Only what was changed is sent, so two people who change different settings do not undo each other. */
export function changesOf(before: Written, now: Written): WorkflowChanges {
  return {
    ...(now.name !== before.name && { name: now.name }),
    ...(now.description !== before.description && { description: now.description }),
    ...(now.maxRunning !== before.maxRunning && { maxRunning: Number(now.maxRunning) }),
    ...(now.order !== before.order && { order: now.order }),
    ...(now.priority !== before.priority && { priority: Number(now.priority) }),
    ...(now.ageingSeconds !== before.ageingSeconds && {
      ageingSeconds: now.ageingSeconds === '' ? null : Number(now.ageingSeconds),
    }),
    ...(now.onObjectBusy !== before.onObjectBusy && { onObjectBusy: now.onObjectBusy }),
    ...(now.retentionDays !== before.retentionDays && {
      retentionDays: now.retentionDays === '' ? null : Number(now.retentionDays),
    }),
  };
}

/** What was written since `sent` was sent: the rest is the workflow's own by now. */
export function notIn(sent: Written, edits: Partial<Written>): Partial<Written> {
  const known: Readonly<Record<string, unknown>> = sent;
  return Object.fromEntries(
    Object.entries(edits).filter(([field, value]) => value !== known[field]),
  );
}

const LONGEST_AGEING_SECONDS = 31_536_000;
const MOST_RETENTION_DAYS = 36_500;

/** What is wrong with it, as a message of `settings` and the bounds that it names. */
export type SettingFault = {
  readonly code: 'nameFault' | 'wholeFault' | 'ageingLifo' | 'secondsFault';
  readonly from: number;
  readonly to: number;
};

export function faultsOf(
  now: Written,
): Readonly<
  Record<
    'name' | 'maxRunning' | 'priority' | 'ageingSeconds' | 'retentionDays',
    SettingFault | undefined
  >
> {
  return {
    name: now.name.trim() === '' ? { code: 'nameFault', from: 0, to: 0 } : undefined,
    maxRunning: wholeFault(now.maxRunning, 0, 1_000_000),
    priority: wholeFault(now.priority, -100, 100),
    ageingSeconds: ageingFault(now),
    retentionDays:
      now.retentionDays === '' ? undefined : wholeFault(now.retentionDays, 0, MOST_RETENTION_DAYS),
  };
}

function wholeFault(text: string, from: number, to: number): SettingFault | undefined {
  const number = Number(text);
  return text !== '' && Number.isInteger(number) && number >= from && number <= to
    ? undefined
    : { code: 'wholeFault', from, to };
}

function ageingFault({ ageingSeconds, order }: Written): SettingFault | undefined {
  const bounds = { from: 1, to: LONGEST_AGEING_SECONDS };
  const seconds = Number(ageingSeconds);

  if (ageingSeconds === '') {
    return undefined;
  }
  if (order === 'lifo') {
    return { code: 'ageingLifo', ...bounds };
  }
  return seconds >= bounds.from && seconds <= bounds.to
    ? undefined
    : { code: 'secondsFault', ...bounds };
}
