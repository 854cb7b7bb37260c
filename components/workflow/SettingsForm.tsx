'use client';

import { Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Workflow } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { Refusal } from '../query/Refusal.tsx';
import { Button } from '../ui/Button.tsx';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { Field } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Textarea } from '../ui/Input.tsx';
import { Panel } from '../ui/Panel.tsx';
import { TextField } from '../ui/TextField.tsx';
import { useChangeWorkflow, useDeleteWorkflow } from './moves.ts';
import { changesOf, faultsOf, notIn, writtenFrom, type Written } from './settings.ts';

const ORDERS = ['fifo', 'lifo'] as const satisfies readonly Workflow['order'][];

const OBJECT_RULES = [
  'allow',
  'queue',
  'reject',
  'replace',
] as const satisfies readonly Workflow['onObjectBusy'][];

/** Fields that say their own faults. */
const POINTERS = [
  '/name',
  '/description',
  '/maxRunning',
  '/order',
  '/priority',
  '/ageingSeconds',
  '/retentionDays',
];

/** What is written lies over the settings as they are: a change made elsewhere shows in all fields but those. */
export function SettingsForm({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('settings');
  const fieldError = useFieldError();
  const common = useTranslations('common');
  const change = useChangeWorkflow(workflow.key);
  const [edits, setEdits] = useState<Partial<Written>>({});
  const before = writtenFrom(workflow);
  const now = { ...before, ...edits };
  const changes = changesOf(before, now);
  const dirty = Object.keys(changes).length > 0;
  const faults = faultsOf(now);
  const valid = Object.values(faults).every((fault) => fault === undefined);
  const set = (part: Partial<Written>) => setEdits({ ...edits, ...part });
  const errorOf = (field: keyof typeof faults) => {
    const fault = faults[field];
    return fault === undefined
      ? fieldError(change.error, `/${field}`)
      : t(fault.code, { from: fault.from, to: fault.to });
  };

  function submit() {
    if (dirty && valid && !change.isPending) {
      change.mutate(changes, {
        onSuccess: () => {
          setEdits((latest) => notIn(now, latest));
          toast.success(common('saved'));
        },
      });
    }
  }

  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <Panel title={t('title')}>
        <Form onSubmit={submit} problem={change.error} className="flex flex-col gap-4">
          <TextField
            label={t('name')}
            required
            error={errorOf('name')}
            value={now.name}
            onChange={(name) => set({ name })}
          />
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
            <TextField
              label={t('maxRunning')}
              hint={t('maxRunningHint')}
              error={errorOf('maxRunning')}
              inputMode="numeric"
              value={now.maxRunning}
              onChange={(text) => set({ maxRunning: text.trim() })}
            />
            <ChoiceField
              label={t('order')}
              hint={t('orderHint')}
              options={ORDERS}
              textOf={(order) => t(`orders.${order}`)}
              value={now.order}
              onChange={(order) => set({ order })}
            />
            <TextField
              label={t('priority')}
              hint={t('priorityHint')}
              error={errorOf('priority')}
              inputMode="numeric"
              value={now.priority}
              onChange={(text) => set({ priority: text.trim() })}
            />
            <TextField
              label={t('ageing')}
              hint={t('ageingHint')}
              error={errorOf('ageingSeconds')}
              inputMode="decimal"
              value={now.ageingSeconds}
              onChange={(text) => set({ ageingSeconds: text.trim() })}
            />
            <ChoiceField
              label={t('onObjectBusy')}
              hint={t(`objectRuleHints.${now.onObjectBusy}`)}
              className="sm:col-span-2"
              options={OBJECT_RULES}
              textOf={(rule) => t(`objectRules.${rule}`)}
              value={now.onObjectBusy}
              onChange={(onObjectBusy) => set({ onObjectBusy })}
            />
            <TextField
              label={t('retention')}
              hint={t('retentionHint')}
              error={errorOf('retentionDays')}
              inputMode="numeric"
              value={now.retentionDays}
              onChange={(text) => set({ retentionDays: text.trim() })}
            />
          </div>
          <Refusal problem={change.error} pointers={POINTERS} />
          <div className="flex justify-end gap-2">
            {dirty && (
              <Button variant="ghost" onClick={() => setEdits({})}>
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

function DeletePanel({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('settings');
  const [asking, setAsking] = useState(false);

  return (
    <Panel title={t('deleteTitle')}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">{t('deleteText')}</p>
        <Button variant="danger" icon={Trash2} onClick={() => setAsking(true)}>
          {t('delete')}
        </Button>
      </div>
      {asking && <DeleteDialog workflow={workflow} onClose={() => setAsking(false)} />}
    </Panel>
  );
}

function DeleteDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const t = useTranslations('settings');
  const router = useRouter();

  return (
    <ConfirmMove
      title={t('deleteConfirm', { workflow: workflow.name })}
      text={t('deleteText')}
      confirmLabel={t('delete')}
      move={useDeleteWorkflow(workflow.key)}
      input={undefined}
      onDone={() => router.push('/workflows')}
      onClose={onClose}
    />
  );
}
