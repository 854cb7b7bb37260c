'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Trigger } from '#api/types.ts';
import { TRIGGER_NAMES } from '#engine/expression/scope.ts';
import { compileRecipe, type Recipe } from '#engine/schedule/recipe.ts';
import { fieldError, formError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { readJson } from '../schedule/fault.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Select, Textarea } from '../ui/Input.tsx';
import { useSaveTrigger } from './moves.ts';
import { faultLines, TryMapping } from './TryMapping.tsx';

const KINDS = ['none', 'standard', 'github', 'hmac'] as const;
const POINTERS = ['/key', '/signature', '/objectId', '/input', '/dedupeKey', '/when'];

function writtenFrom(trigger: Trigger | null) {
  return {
    key: trigger?.key ?? '',
    kind: trigger?.signature.kind ?? 'standard',
    header: trigger?.signature.header ?? 'x-signature',
    prefix: trigger?.signature.prefix ?? '',
    encoding: trigger?.signature.encoding ?? 'hex',
    secret: '',
    objectId: trigger?.objectId ?? '{{ body.id }}',
    input: JSON.stringify(trigger?.input ?? '{{ body }}', null, 2),
    dedupeKey: trigger?.dedupeKey ?? '',
    when: trigger?.when ?? '',
  };
}

type Written = ReturnType<typeof writtenFrom>;
type TextName = 'key' | 'header' | 'prefix' | 'secret' | 'objectId' | 'dedupeKey' | 'when';
type DialogProps = { workflow: string; trigger: Trigger | null; onClose: () => void };

export function TriggerDialog({ workflow, trigger, onClose }: DialogProps) {
  const t = useTranslations('triggers');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const save = useSaveTrigger(workflow, trigger?.id ?? null);
  const [now, setNow] = useState<Written>(() => writtenFrom(trigger));
  const [tried, setTried] = useState(false);
  const set = (part: Partial<Written>) => setNow({ ...now, ...part });
  const input = readJson(now.input);
  const recipe: Recipe = {
    objectId: now.objectId,
    input: input ?? null,
    labels: trigger?.labels ?? {},
    dedupeKey: now.dedupeKey === '' ? null : now.dedupeKey,
    when: now.when === '' ? null : now.when,
  };
  const compiled = compileRecipe(recipe, TRIGGER_NAMES);
  const faultAt = (pointer: string) => {
    const errors = compiled.ok
      ? []
      : compiled.errors.filter((error) => error.pointer.startsWith(pointer));
    return errors.length === 0 ? fieldError(save.error, pointer) : faultLines(errors);
  };
  const rest = formError(save.error, POINTERS);
  const text = (name: TextName, label: string, hint?: string, error?: string) => (
    <Field label={label} hint={hint} error={error} required={name === 'key' || name === 'objectId'}>
      {(control) => (
        <Input
          {...control}
          className="mono"
          autoComplete="off"
          spellCheck={false}
          value={now[name]}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Field>
  );

  function submit() {
    setTried(true);
    if (now.key === '' || !compiled.ok || input === undefined || save.isPending) {
      return;
    }
    const { kind, header, prefix, encoding, secret } = now;
    save.mutate(
      {
        key: now.key,
        objectId: recipe.objectId,
        input,
        dedupeKey: recipe.dedupeKey,
        when: recipe.when,
        signature: {
          kind,
          ...(kind === 'hmac' && { header, prefix, encoding }),
          ...(kind !== 'none' && secret !== '' && { secret }),
        },
      },
      { onSuccess: onClose },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={trigger === null ? t('create') : t('editTitle', { trigger: trigger.key })}
    >
      <Form onSubmit={submit} problem={save.error}>
        <DialogBody className="flex flex-col gap-4">
          {trigger === null &&
            text(
              'key',
              t('key'),
              t('keyHint'),
              tried && now.key === '' ? t('keyFault') : fieldError(save.error, '/key'),
            )}
          <Field label={t('signature')} hint={t(`signatureHints.${now.kind}`)}>
            {(control) => (
              <Select
                {...control}
                value={now.kind}
                onChange={(event) =>
                  set({ kind: KINDS.find((one) => one === event.target.value) ?? now.kind })
                }
              >
                {KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {t(`signatures.${kind}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {now.kind === 'hmac' && (
            <div className="grid gap-4 sm:grid-cols-3">
              {text('header', t('header'), undefined, fieldError(save.error, '/signature/header'))}
              {text('prefix', t('prefix'))}
              <Field label={t('encoding')}>
                {(control) => (
                  <Select
                    {...control}
                    value={now.encoding}
                    onChange={(event) =>
                      set({ encoding: event.target.value === 'base64' ? 'base64' : 'hex' })
                    }
                  >
                    <option value="hex">hex</option>
                    <option value="base64">base64</option>
                  </Select>
                )}
              </Field>
            </div>
          )}
          {now.kind !== 'none' &&
            text(
              'secret',
              `${t('secret')} (${common('optional')})`,
              t('secretHint'),
              fieldError(save.error, '/signature/secret'),
            )}
          {text('when', `${t('when')} (${common('optional')})`, t('whenHint'), faultAt('/when'))}
          {text('objectId', t('objectId'), t('objectIdHint'), faultAt('/objectId'))}
          <Field
            label={t('input')}
            hint={t('inputHint')}
            error={input === undefined ? t('notJson') : faultAt('/input')}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                className="mono"
                spellCheck={false}
                value={now.input}
                onChange={(event) => set({ input: event.target.value })}
              />
            )}
          </Field>
          {text(
            'dedupeKey',
            `${t('dedupeKey')} (${common('optional')})`,
            t('dedupeKeyHint'),
            faultAt('/dedupeKey'),
          )}
          <TryMapping recipe={recipe} body={'{\n  "id": "42"\n}'} />
          {save.error !== null && rest !== undefined && (
            <FieldError>{problemText(save.error)}</FieldError>
          )}
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
