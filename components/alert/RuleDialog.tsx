'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlertChannel, AlertRule } from '#api/types.ts';
import { ALERT_KINDS, ALERT_LEVELS } from '#engine/alert/rule.ts';
import { fieldError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Checkbox, Input, Select } from '../ui/Input.tsx';
import { useSaveRule } from './moves.ts';
import { alertChannelsQuery } from './queries.ts';
import { bodyOf, newRule, PARAM_FIELDS, paramNames, scopeOf, writtenFrom } from './rule_form.ts';

const NO_CHANNELS: readonly AlertChannel[] = [];

export function RuleDialog({ rule, onClose }: { rule: AlertRule | null; onClose: () => void }) {
  const t = useTranslations('alertRules');
  const alerts = useTranslations('alerts');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const channels = useQuery(alertChannelsQuery()).data?.data ?? NO_CHANNELS;
  const save = useSaveRule();
  const [now, setNow] = useState(() =>
    rule === null ? newRule('instance_failed', []) : writtenFrom(rule),
  );
  const [tried, setTried] = useState(false);
  const set = (part: Partial<typeof now>) => setNow({ ...now, ...part });
  const nameless = now.name.trim() === '';
  const scope = scopeOf(now);

  function submit() {
    setTried(true);
    if (!nameless && !save.isPending) {
      save.mutate(
        { ...(rule !== null && { id: rule.id }), body: bodyOf(now, rule === null) },
        { onSuccess: onClose },
      );
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={rule === null ? t('create') : t('editTitle', { name: rule.name })}
    >
      <Form onSubmit={submit} problem={save.error}>
        <DialogBody className="flex flex-col gap-4">
          <Field
            label={t('name')}
            required
            error={tried && nameless ? t('nameFault') : fieldError(save.error, '/name')}
          >
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                maxLength={200}
                value={now.name}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label={t('kind')} className="sm:col-span-2">
              {(control) => (
                <Select
                  {...control}
                  disabled={rule !== null}
                  value={now.kind}
                  onChange={(event) => {
                    const kind = ALERT_KINDS.find((one) => one === event.target.value) ?? now.kind;
                    set({ kind, params: PARAM_FIELDS[kind] });
                  }}
                >
                  {ALERT_KINDS.map((kind) => (
                    <option key={kind} value={kind}>
                      {alerts(`kind.${kind}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={t('level')}>
              {(control) => (
                <Select
                  {...control}
                  value={now.level}
                  onChange={(event) =>
                    set({
                      level: ALERT_LEVELS.find((one) => one === event.target.value) ?? now.level,
                    })
                  }
                >
                  {ALERT_LEVELS.map((level) => (
                    <option key={level} value={level}>
                      {alerts(`level.${level}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {now.kind === 'backlog' && (
              <Field label={t('of')}>
                {(control) => (
                  <Select
                    {...control}
                    value={now.of}
                    onChange={(event) =>
                      set({ of: event.target.value === 'instances' ? 'instances' : 'tasks' })
                    }
                  >
                    <option value="tasks">{t('ofTasks')}</option>
                    <option value="instances">{t('ofInstances')}</option>
                  </Select>
                )}
              </Field>
            )}
            {paramNames(now.kind).map((name) => (
              <Field
                key={name}
                label={t(
                  `param.${now.kind === 'dispatch_timeout' && name === 'count' ? 'timeouts' : name}`,
                )}
                error={fieldError(save.error, `/params/${name}`)}
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="decimal"
                    value={now.params[name] ?? ''}
                    onChange={(event) =>
                      set({ params: { ...now.params, [name]: event.target.value } })
                    }
                  />
                )}
              </Field>
            ))}
            <Field
              label={t('quiet')}
              hint={t('quietHint')}
              error={fieldError(save.error, '/quietSeconds')}
            >
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={now.quietSeconds}
                  onChange={(event) => set({ quietSeconds: event.target.value })}
                />
              )}
            </Field>
          </div>
          {scope !== 'none' && (
            <Field
              label={scope === 'work' ? t('works') : t('workflows')}
              hint={t('keysHint')}
              error={fieldError(save.error, scope === 'work' ? '/works' : '/workflows')}
            >
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  value={scope === 'work' ? now.works : now.workflows}
                  onChange={(event) =>
                    set(
                      scope === 'work'
                        ? { works: event.target.value }
                        : { workflows: event.target.value },
                    )
                  }
                />
              )}
            </Field>
          )}
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
                {name}
              </label>
            ))}
          </fieldset>
          {save.error !== null && <FieldError>{problemText(save.error)}</FieldError>}
        </DialogBody>
        <DialogFooter>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {common('save')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
