'use client';

import { Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Workflow } from '#api/types.ts';
import { fieldError, formError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Select, Textarea } from '../ui/Input.tsx';
import { Panel } from '../ui/Panel.tsx';
import { useChangeWorkflow, useDeleteWorkflow } from './moves.ts';
import type { WorkflowChanges } from './moves.ts';

/** The fields as they are written: numbers stay texts until they are sent. */
type Written = {
  name: string;
  description: string;
  maxRunning: string;
  order: Workflow['order'];
  priority: string;
  /** Empty: priority does not grow with age. */
  ageingSeconds: string;
  onObjectBusy: Workflow['onObjectBusy'];
};

const OBJECT_RULES = [
  'allow',
  'queue',
  'reject',
  'replace',
] as const satisfies readonly Workflow['onObjectBusy'][];

const LONGEST_AGEING_SECONDS = 31_536_000;

function writtenFrom(workflow: Workflow): Written {
  return {
    name: workflow.name,
    description: workflow.description,
    maxRunning: String(workflow.maxRunning),
    order: workflow.order,
    priority: String(workflow.priority),
    ageingSeconds: workflow.ageingSeconds === null ? '' : String(workflow.ageingSeconds),
    onObjectBusy: workflow.onObjectBusy,
  };
}

/** Only what was changed is sent, so two people who change different settings do not undo each other. */
function changesOf(before: Written, now: Written): WorkflowChanges {
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
  };
}

export function SettingsForm({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const change = useChangeWorkflow(workflow.key);
  const before = writtenFrom(workflow);
  const [now, setNow] = useState(before);
  const changes = changesOf(before, now);
  const dirty = Object.keys(changes).length > 0;
  const faults = {
    name: now.name.trim() === '' ? t('nameFault') : undefined,
    maxRunning: isWhole(now.maxRunning, 0, 1_000_000)
      ? undefined
      : t('wholeFault', { from: 0, to: 1_000_000 }),
    priority: isWhole(now.priority, -100, 100)
      ? undefined
      : t('wholeFault', { from: -100, to: 100 }),
    ageingSeconds: ageingFault(now, t),
  };
  const valid = Object.values(faults).every((fault) => fault === undefined);
  const set = (part: Partial<Written>) => setNow({ ...now, ...part });
  const rest = formError(change.error, [
    '/name',
    '/description',
    '/maxRunning',
    '/order',
    '/priority',
    '/ageingSeconds',
  ]);

  function submit() {
    if (dirty && valid && !change.isPending) {
      change.mutate(changes, { onSuccess: () => toast.success(common('saved')) });
    }
  }

  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <Panel title={t('title')}>
        <Form onSubmit={submit} problem={change.error} className="flex flex-col gap-4">
          <Field
            label={t('name')}
            required
            error={faults.name ?? fieldError(change.error, '/name')}
          >
            {(control) => (
              <Input
                {...control}
                value={now.name}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('description')} error={fieldError(change.error, '/description')}>
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                value={now.description}
                onChange={(event) => set({ description: event.target.value })}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-3">
            <Field
              label={t('maxRunning')}
              hint={t('maxRunningHint')}
              error={faults.maxRunning ?? fieldError(change.error, '/maxRunning')}
            >
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  value={now.maxRunning}
                  onChange={(event) => set({ maxRunning: event.target.value.trim() })}
                />
              )}
            </Field>
            <Field label={t('order')} hint={t('orderHint')}>
              {(control) => (
                <Select
                  {...control}
                  value={now.order}
                  onChange={(event) =>
                    set({ order: event.target.value === 'lifo' ? 'lifo' : 'fifo' })
                  }
                >
                  <option value="fifo">{t('orders.fifo')}</option>
                  <option value="lifo">{t('orders.lifo')}</option>
                </Select>
              )}
            </Field>
            <Field
              label={t('priority')}
              hint={t('priorityHint')}
              error={faults.priority ?? fieldError(change.error, '/priority')}
            >
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  value={now.priority}
                  onChange={(event) => set({ priority: event.target.value.trim() })}
                />
              )}
            </Field>
            <Field
              label={t('ageing')}
              hint={t('ageingHint')}
              error={faults.ageingSeconds ?? fieldError(change.error, '/ageingSeconds')}
            >
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={now.ageingSeconds}
                  onChange={(event) => set({ ageingSeconds: event.target.value.trim() })}
                />
              )}
            </Field>
            <Field
              label={t('onObjectBusy')}
              hint={t(`objectRuleHints.${now.onObjectBusy}`)}
              className="sm:col-span-2"
            >
              {(control) => (
                <Select
                  {...control}
                  value={now.onObjectBusy}
                  onChange={(event) => {
                    const rule = OBJECT_RULES.find((one) => one === event.target.value);
                    set({ onObjectBusy: rule ?? now.onObjectBusy });
                  }}
                >
                  {OBJECT_RULES.map((rule) => (
                    <option key={rule} value={rule}>
                      {t(`objectRules.${rule}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
          {change.error !== null && rest !== undefined && (
            <FieldError>{problemText(change.error)}</FieldError>
          )}
          <div className="flex justify-end gap-2">
            {dirty && (
              <Button variant="ghost" onClick={() => setNow(before)}>
                {t('discard')}
              </Button>
            )}
            <Button
              type="submit"
              variant="primary"
              disabled={!dirty || !valid}
              busy={change.isPending}
            >
              {common('save')}
            </Button>
          </div>
        </Form>
      </Panel>
      <DeletePanel workflow={workflow} />
    </div>
  );
}

function isWhole(text: string, from: number, to: number): boolean {
  const number = Number(text);
  return text !== '' && Number.isInteger(number) && number >= from && number <= to;
}

function ageingFault(
  { ageingSeconds, order }: Written,
  t: ReturnType<typeof useTranslations<'settings'>>,
): string | undefined {
  if (ageingSeconds === '') {
    return undefined;
  }
  if (order === 'lifo') {
    return t('ageingLifo');
  }
  const seconds = Number(ageingSeconds);
  return seconds >= 1 && seconds <= LONGEST_AGEING_SECONDS
    ? undefined
    : t('secondsFault', { from: 1, to: LONGEST_AGEING_SECONDS });
}

function DeletePanel({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('settings');
  const router = useRouter();
  const problemText = useProblemText();
  const remove = useDeleteWorkflow(workflow.key);
  const [asking, setAsking] = useState(false);

  return (
    <Panel title={t('deleteTitle')}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">{t('deleteText')}</p>
        <Button variant="danger" icon={Trash2} onClick={() => setAsking(true)}>
          {t('delete')}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={(open) => {
          remove.reset();
          setAsking(open);
        }}
        title={t('deleteConfirm', { workflow: workflow.name })}
        confirmLabel={t('delete')}
        danger
        busy={remove.isPending}
        error={remove.error === null ? undefined : problemText(remove.error)}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => router.push('/workflows') })}
      >
        <p>{t('deleteText')}</p>
      </ConfirmDialog>
    </Panel>
  );
}
