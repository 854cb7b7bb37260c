'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ApiKey } from '#api/types.ts';
import { fieldError, formError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { DescribedCheckbox } from '../ui/DescribedCheckbox.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Select } from '../ui/Input.tsx';
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

const LIFETIMES_DAYS = [30, 90, 365] as const;
const DAY_MS = 86_400_000;

export function NewApiKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('apiKeys');
  const create = useCreateApiKey();

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={create.isSuccess ? t('createdTitle') : t('create')}
      description={create.isSuccess ? t('createdText') : undefined}
    >
      {create.isSuccess ? (
        <ShownOnce value={create.data.key} onClose={onClose} />
      ) : (
        <NewApiKeyForm create={create} />
      )}
    </Dialog>
  );
}

function NewApiKeyForm({ create }: { create: ReturnType<typeof useCreateApiKey> }) {
  const t = useTranslations('apiKeys');
  const problemText = useProblemText();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [days, setDays] = useState('');
  const [tried, setTried] = useState(false);
  const rest = formError(create.error, ['/name', '/scopes', '/expiresAt']);

  function submit() {
    setTried(true);
    if (name.trim() === '' || scopes.length === 0 || create.isPending) {
      return;
    }
    create.mutate({
      name: name.trim(),
      scopes,
      ...(days !== '' && {
        expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
      }),
    });
  }

  return (
    <Form onSubmit={submit} problem={create.error}>
      <DialogBody className="flex flex-col gap-4">
        <Field
          label={t('name')}
          hint={t('nameHint')}
          required
          error={tried && name.trim() === '' ? t('nameFault') : fieldError(create.error, '/name')}
        >
          {(control) => (
            <Input
              {...control}
              name="name"
              autoComplete="off"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
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
        <Field label={t('lifetime')} error={fieldError(create.error, '/expiresAt')}>
          {(control) => (
            <Select
              {...control}
              name="lifetime"
              value={days}
              onChange={(event) => setDays(event.target.value)}
            >
              <option value="">{t('forever')}</option>
              {LIFETIMES_DAYS.map((each) => (
                <option key={each} value={each}>
                  {t('days', { count: each })}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {create.error !== null && rest !== undefined && (
          <FieldError>{problemText(create.error)}</FieldError>
        )}
      </DialogBody>
      <DialogFooter>
        <Button type="submit" variant="primary" busy={create.isPending}>
          {t('create')}
        </Button>
      </DialogFooter>
    </Form>
  );
}

function ShownOnce({ value, onClose }: { value: string; onClose: () => void }) {
  const t = useTranslations('apiKeys');

  return (
    <>
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
    </>
  );
}
