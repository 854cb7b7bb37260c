'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ApiKey } from '#api/types.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { DescribedCheckbox } from '../ui/DescribedCheckbox.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { FieldError } from '../ui/Field.tsx';
import { TextField } from '../ui/TextField.tsx';
import { useCreateApiKey } from './moves.ts';

type Scope = ApiKey['scopes'][number];

/** In the order of what they let one do; `admin` includes the others. */
const SCOPES = {
  read: 'read',
  'instances:write': 'instancesWrite',
  'tasks:report': 'tasksReport',
  'workflows:write': 'workflowsWrite',
  admin: 'admin',
} as const satisfies Record<Scope, string>;

/** Empty: for ever. */
const LIFETIMES_DAYS = ['', '30', '90', '365'] as const;
const DAY_MS = 86_400_000;

export function NewApiKeyDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateApiKey();

  return create.isSuccess ? (
    <ShownOnce value={create.data.key} onClose={onClose} />
  ) : (
    <NewApiKeyForm create={create} onClose={onClose} />
  );
}

type FormProps = { create: ReturnType<typeof useCreateApiKey>; onClose: () => void };

function NewApiKeyForm({ create, onClose }: FormProps) {
  const t = useTranslations('apiKeys');
  const fieldError = useFieldError();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [days, setDays] = useState<(typeof LIFETIMES_DAYS)[number]>('');
  const nameless = name.trim() === '';

  return (
    <FormDialog
      title={t('create')}
      move={create}
      pointers={['/name']}
      faulty={nameless || scopes.length === 0}
      submitLabel={t('create')}
      onSubmit={() =>
        create.mutate({
          name: name.trim(),
          scopes,
          ...(days !== '' && {
            expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
          }),
        })
      }
      onClose={onClose}
    >
      {(tried) => (
        <>
          <TextField
            label={t('name')}
            hint={t('nameHint')}
            required
            maxLength={100}
            error={tried && nameless ? t('nameFault') : fieldError(create.error, '/name')}
            value={name}
            onChange={setName}
          />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1.5 text-xs font-medium">{t('scopes')}</legend>
            {(Object.keys(SCOPES) as Scope[]).map((scope) => (
              <DescribedCheckbox
                key={scope}
                label={scope}
                about={t(`scope.${SCOPES[scope]}`)}
                checked={scopes.includes(scope)}
                onChange={(checked) =>
                  setScopes(checked ? [...scopes, scope] : scopes.filter((each) => each !== scope))
                }
              />
            ))}
            {tried && scopes.length === 0 && <FieldError>{t('scopesFault')}</FieldError>}
          </fieldset>
          <ChoiceField
            label={t('lifetime')}
            options={LIFETIMES_DAYS}
            textOf={(each) => (each === '' ? t('forever') : t('days', { count: Number(each) }))}
            value={days}
            onChange={setDays}
          />
        </>
      )}
    </FormDialog>
  );
}

function ShownOnce({ value, onClose }: { value: string; onClose: () => void }) {
  const t = useTranslations('apiKeys');

  return (
    <Dialog
      open
      keepsWhatIsWritten
      onOpenChange={onClose}
      title={t('createdTitle')}
      description={t('createdText')}
    >
      <DialogBody>
        <div className="flex items-center gap-2 rounded-md border bg-sunken p-2.5">
          <code className="mono min-w-0 flex-1 break-all select-all">{value}</code>
          <CopyButton text={value} label={t('copyKey')} />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="primary" onClick={onClose}>
          {t('kept')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
