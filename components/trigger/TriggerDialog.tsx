'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Trigger } from '#api/types.ts';
import { TRIGGER_NAMES } from '#engine/expression/scope.ts';
import { checkRecipe } from '#engine/schedule/check_recipe.ts';
import type { Recipe } from '#engine/schedule/recipe.ts';
import { JsonField } from '../instance/moves/fields.tsx';
import { FormDialog } from '../query/FormDialog.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { readJson } from '../recipe/faults.ts';
import { useRecipeFault } from '../recipe/useRecipeFault.ts';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { TextField } from '../ui/TextField.tsx';
import { useSaveTrigger } from './moves.ts';
import { TryMapping } from './TryMapping.tsx';

const KINDS = ['none', 'standard', 'github', 'hmac'] as const;
const ENCODINGS = ['hex', 'base64'] as const;
const POINTERS = [
  '/key',
  '/signature/header',
  '/signature/prefix',
  '/signature/secret',
  '/objectId',
  '/input',
  '/dedupeKey',
  '/when',
];
const BODY_TO_TRY = '{\n  "id": "42"\n}';

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
type FormProps = {
  now: Written;
  set: (part: Partial<Written>) => void;
  faultAt: (pointer: string) => string | undefined;
};
type DialogProps = { workflow: string; trigger: Trigger | null; onClose: () => void };

export function TriggerDialog({ workflow, trigger, onClose }: DialogProps) {
  const t = useTranslations('triggers');
  const fieldError = useFieldError();
  const common = useTranslations('common');
  const save = useSaveTrigger(workflow, trigger?.id ?? null);
  const [now, setNow] = useState<Written>(() => writtenFrom(trigger));
  const set = (part: Partial<Written>) => setNow({ ...now, ...part });
  const input = readJson(now.input);
  const recipe: Recipe = {
    objectId: now.objectId,
    input: input ?? null,
    labels: trigger?.labels ?? {},
    dedupeKey: now.dedupeKey === '' ? null : now.dedupeKey,
    when: now.when === '' ? null : now.when,
  };
  const faults = checkRecipe(recipe, TRIGGER_NAMES);
  const recipeFault = useRecipeFault(faults);
  const objectless = now.objectId.trim() === '';
  const faultAt = (pointer: string) => recipeFault(pointer) ?? fieldError(save.error, pointer);

  return (
    <FormDialog
      title={trigger === null ? t('create') : t('editTitle', { trigger: trigger.key })}
      width="md"
      move={save}
      pointers={POINTERS}
      faulty={now.key === '' || objectless || faults.length > 0 || input === undefined}
      onSubmit={() =>
        save.mutate(
          {
            key: now.key,
            objectId: recipe.objectId,
            input: recipe.input,
            dedupeKey: recipe.dedupeKey,
            when: recipe.when,
            signature: signatureOf(now),
          },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      {(tried) => (
        <>
          {trigger === null && (
            <TextField
              label={t('key')}
              hint={t('keyHint')}
              required
              error={tried && now.key === '' ? t('keyFault') : faultAt('/key')}
              value={now.key}
              onChange={(key) => set({ key: key.trim() })}
            />
          )}
          <SignatureFields now={now} set={set} faultAt={faultAt} />
          <TextField
            label={`${t('when')} (${common('optional')})`}
            hint={t('whenHint')}
            className="mono"
            error={faultAt('/when')}
            value={now.when}
            onChange={(when) => set({ when })}
          />
          <TextField
            label={t('objectId')}
            hint={t('objectIdHint')}
            required
            className="mono"
            error={objectless ? common('missing') : faultAt('/objectId')}
            value={now.objectId}
            onChange={(objectId) => set({ objectId })}
          />
          <JsonField
            label={t('input')}
            hint={t('inputHint')}
            rows={3}
            error={input === undefined ? t('notJson') : faultAt('/input')}
            value={now.input}
            onChange={(text) => set({ input: text })}
          />
          <TextField
            label={`${t('dedupeKey')} (${common('optional')})`}
            hint={t('dedupeKeyHint')}
            className="mono"
            error={faultAt('/dedupeKey')}
            value={now.dedupeKey}
            onChange={(dedupeKey) => set({ dedupeKey })}
          />
          <TryMapping recipe={recipe} body={BODY_TO_TRY} />
        </>
      )}
    </FormDialog>
  );
}

function signatureOf({ kind, header, prefix, encoding, secret }: Written) {
  return {
    kind,
    ...(kind === 'hmac' && { header, prefix, encoding }),
    ...(kind !== 'none' && secret !== '' && { secret }),
  };
}

/** How senders prove that a request is theirs. */
function SignatureFields({ now, set, faultAt }: FormProps) {
  const t = useTranslations('triggers');
  const common = useTranslations('common');

  return (
    <>
      <ChoiceField
        label={t('signature')}
        hint={t(`signatureHints.${now.kind}`)}
        options={KINDS}
        textOf={(kind) => t(`signatures.${kind}`)}
        value={now.kind}
        onChange={(kind) => set({ kind })}
      />
      {now.kind === 'hmac' && (
        <div className="grid items-start gap-4 sm:grid-cols-3">
          <TextField
            label={t('header')}
            className="mono"
            error={faultAt('/signature/header')}
            value={now.header}
            onChange={(header) => set({ header: header.trim() })}
          />
          <TextField
            label={t('prefix')}
            className="mono"
            error={faultAt('/signature/prefix')}
            value={now.prefix}
            onChange={(prefix) => set({ prefix })}
          />
          <ChoiceField
            label={t('encoding')}
            options={ENCODINGS}
            textOf={(encoding) => encoding}
            value={now.encoding}
            onChange={(encoding) => set({ encoding })}
          />
        </div>
      )}
      {now.kind !== 'none' && (
        <TextField
          label={`${t('secret')} (${common('optional')})`}
          hint={t('secretHint')}
          className="mono"
          error={faultAt('/signature/secret')}
          value={now.secret}
          onChange={(secret) => set({ secret: secret.trim() })}
        />
      )}
    </>
  );
}
