'use client';

import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlertRule } from '#api/types.ts';
import { ALERT_KINDS, ALERT_LEVELS } from '#engine/alert/rule.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { Checkbox } from '../ui/Input.tsx';
import { TextField } from '../ui/TextField.tsx';
import { worksQuery } from '../work/queries.ts';
import { workflowsQuery } from '../workflow/queries.ts';
import { useSaveRule } from './moves.ts';
import { alertChannelsQuery } from './queries.ts';
import {
  bodyOf,
  faultsOf,
  newRule,
  PARAM_FIELDS,
  paramNames,
  scopeOf,
  suggestionsFor,
  unknownKeys,
  writtenFrom,
  type NumberFault,
  type WrittenRule,
} from './rule_form.ts';

const SUBJECTS = { tasks: 'ofTasks', instances: 'ofInstances' } as const;
const POINTERS = ['/name', '/params', '/quietSeconds', '/workflows', '/works'];

type FormProps = {
  now: WrittenRule;
  set: (part: Partial<WrittenRule>) => void;
  problem: Error | null;
};

export function RuleDialog({ rule, onClose }: { rule: AlertRule | null; onClose: () => void }) {
  const t = useTranslations('alertRules');
  const fieldError = useFieldError();
  const save = useSaveRule();
  const [now, setNow] = useState(() =>
    rule === null ? newRule('instance_failed', []) : writtenFrom(rule),
  );
  const set = (part: Partial<WrittenRule>) => setNow({ ...now, ...part });
  const nameless = now.name.trim() === '';

  return (
    <FormDialog
      title={rule === null ? t('create') : t('editTitle', { name: rule.name })}
      width="md"
      move={save}
      pointers={POINTERS}
      faulty={nameless || Object.keys(faultsOf(now)).length > 0}
      onSubmit={() =>
        save.mutate(
          { ...(rule !== null && { id: rule.id }), body: bodyOf(now, rule === null) },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      {(tried) => (
        <>
          <TextField
            label={t('name')}
            required
            maxLength={200}
            error={tried && nameless ? t('nameFault') : fieldError(save.error, '/name')}
            value={now.name}
            onChange={(name) => set({ name })}
          />
          <Condition isNew={rule === null} now={now} set={set} tried={tried} problem={save.error} />
          <Scope now={now} set={set} problem={save.error} />
          <Channels now={now} set={set} />
        </>
      )}
    </FormDialog>
  );
}

/** What is watched for, how much of it, and how loud it is. */
function Condition({
  isNew,
  now,
  set,
  tried,
  problem,
}: FormProps & { isNew: boolean; tried: boolean }) {
  const t = useTranslations('alertRules');
  const fieldError = useFieldError();
  const alerts = useTranslations('alerts');
  const faults = tried ? faultsOf(now) : {};
  const say = (fault: NumberFault | undefined) =>
    fault && ('limit' in fault ? t(`fault.${fault.says}`, fault) : t(`fault.${fault.says}`));

  return (
    <div className="grid items-start gap-4 sm:grid-cols-3">
      <ChoiceField
        label={t('kind')}
        className="sm:col-span-2"
        disabled={!isNew}
        options={ALERT_KINDS}
        textOf={(kind) => alerts(`kind.${kind}`)}
        value={now.kind}
        onChange={(kind) => set({ kind, params: PARAM_FIELDS[kind] })}
      />
      <ChoiceField
        label={t('level')}
        options={ALERT_LEVELS}
        textOf={(level) => alerts(`level.${level}`)}
        value={now.level}
        onChange={(level) => set({ level })}
      />
      {now.kind === 'backlog' && (
        <ChoiceField
          label={t('of')}
          options={['tasks', 'instances']}
          textOf={(of) => t(SUBJECTS[of])}
          value={now.of}
          onChange={(of) => set({ of })}
        />
      )}
      {paramNames(now.kind).map((name) => (
        <TextField
          key={name}
          label={t(
            `param.${now.kind === 'dispatch_timeout' && name === 'count' ? 'timeouts' : name}`,
          )}
          inputMode="decimal"
          error={say(faults[name]) ?? fieldError(problem, `/params/${name}`)}
          value={now.params[name] ?? ''}
          onChange={(text) => set({ params: { ...now.params, [name]: text } })}
        />
      ))}
      <TextField
        label={t('quiet')}
        hint={t('quietHint')}
        inputMode="decimal"
        error={say(faults.quietSeconds) ?? fieldError(problem, '/quietSeconds')}
        value={now.quietSeconds}
        onChange={(quietSeconds) => set({ quietSeconds })}
      />
    </div>
  );
}

/** What it is narrowed to. What is not there may come later, so it is said and no more. */
function Scope({ now, set, problem }: FormProps) {
  const t = useTranslations('alertRules');
  const fieldError = useFieldError();
  const format = useFormatter();
  const name = SCOPE_FIELDS[scopeOf(now)];
  const workflows = useQuery(workflowsQuery()).data;
  const works = useQuery(worksQuery()).data;
  if (name === null) {
    return null;
  }
  const known = name === 'works' ? works : workflows;
  const unknown = unknownKeys(now[name], known);

  return (
    <TextField
      label={t(name)}
      hint={t('keysHint')}
      error={fieldError(problem, `/${name}`)}
      warning={
        unknown.length === 0 ? undefined : t(`unknown.${name}`, { keys: format.list(unknown) })
      }
      suggestions={suggestionsFor(now[name], known?.data ?? [])}
      value={now[name]}
      onChange={(keys) => set({ [name]: keys })}
    />
  );
}

const SCOPE_FIELDS = { workflow: 'workflows', work: 'works', none: null } as const;

const NO_CHANNELS: readonly { readonly id: string; readonly name: string }[] = [];

function Channels({ now, set }: Omit<FormProps, 'problem'>) {
  const t = useTranslations('alertRules');
  const channels = useQuery(alertChannelsQuery()).data?.data ?? NO_CHANNELS;

  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium">{t('channels')}</legend>
      {channels.length === 0 && <p className="text-xs text-muted">{t('noChannels')}</p>}
      {channels.map(({ id, name }) => (
        <label key={id} className="flex items-center gap-2 text-sm">
          <Checkbox
            checked={now.channels.includes(id)}
            onChange={(event) =>
              set({
                channels: event.target.checked
                  ? [...now.channels, id]
                  : now.channels.filter((one) => one !== id),
              })
            }
          />
          <span className="min-w-0 break-words">{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
