'use client';

import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { workflowKey } from '#engine/definition.ts';
import { fieldError, formError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Textarea } from '../ui/Input.tsx';
import { suggestKey } from './key.ts';
import { useCreateWorkflow } from './moves.ts';

export function NewWorkflowDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('newWorkflow');
  const router = useRouter();
  const problemText = useProblemText();
  const create = useCreateWorkflow();
  const [name, setName] = useState('');
  const [typedKey, setTypedKey] = useState<string | null>(null);
  const [description, setDescription] = useState('');
  const [tried, setTried] = useState(false);
  const key = typedKey ?? suggestKey(name);
  const keyIsValid = workflowKey.safeParse(key).success;

  function submit() {
    setTried(true);
    if (!keyIsValid || create.isPending) {
      return;
    }
    create.mutate(
      {
        key,
        ...(name.trim() !== '' && { name: name.trim() }),
        ...(description !== '' && { description }),
        definition: { schemaVersion: 1, nodes: [], edges: [] },
      },
      { onSuccess: (workflow) => router.push(`/workflows/${workflow.key}/editor`) },
    );
  }

  const rest = formError(create.error, ['/key', '/name', '/description']);
  const taken = create.error !== null && 'code' in create.error && create.error.code === 'conflict';

  return (
    <Dialog
      open
      keepsWhatIsWritten
      onOpenChange={onClose}
      title={t('title')}
      description={t('description')}
    >
      <Form onSubmit={submit} problem={create.error}>
        <DialogBody className="flex flex-col gap-4">
          <Field label={t('name')} error={fieldError(create.error, '/name')}>
            {(control) => (
              <Input
                {...control}
                name="name"
                autoComplete="off"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field
            label={t('key')}
            hint={t('keyHint')}
            required
            error={
              tried && !keyIsValid
                ? t('keyFault')
                : taken
                  ? t('keyTaken', { key })
                  : fieldError(create.error, '/key')
            }
          >
            {(control) => (
              <Input
                {...control}
                name="key"
                className="mono"
                autoComplete="off"
                spellCheck={false}
                value={key}
                onChange={(event) => setTypedKey(event.target.value)}
              />
            )}
          </Field>
          <Field label={t('about')} error={fieldError(create.error, '/description')}>
            {(control) => (
              <Textarea
                {...control}
                name="description"
                rows={3}
                value={description}
                onChange={(event) => setDescription(event.target.value)}
              />
            )}
          </Field>
          {create.error !== null && !taken && rest !== undefined && (
            <FieldError>{problemText(create.error)}</FieldError>
          )}
        </DialogBody>
        <DialogFooter>
          <Button type="submit" variant="primary" busy={create.isPending}>
            {t('create')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
