'use client';

import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { workflowKey } from '#engine/definition.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { ApiProblem } from '../query/problem.ts';
import { useFieldError } from '../query/problem_text.ts';
import { Field } from '../ui/Field.tsx';
import { Textarea } from '../ui/Input.tsx';
import { TextField } from '../ui/TextField.tsx';
import { suggestKey } from './key.ts';
import { useCreateWorkflow } from './moves.ts';

/** Fields that say their own faults. */
const POINTERS = ['/key', '/name', '/description'];

export function NewWorkflowDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('newWorkflow');
  const fieldError = useFieldError();
  const router = useRouter();
  const create = useCreateWorkflow();
  const [name, setName] = useState('');
  const [typedKey, setTypedKey] = useState<string | null>(null);
  const [description, setDescription] = useState('');
  const key = typedKey ?? suggestKey(name);
  const faulty = !workflowKey.safeParse(key).success;
  const taken = create.error instanceof ApiProblem && create.error.code === 'conflict';

  function submit() {
    create.mutate(
      {
        key,
        ...(name.trim() !== '' && { name: name.trim() }),
        ...(description !== '' && { description }),
        definition: { schemaVersion: 1, nodes: [], edges: [] },
      },
      {
        onSuccess: (workflow) => {
          onClose();
          router.push(`/workflows/${workflow.key}/editor`);
        },
      },
    );
  }

  return (
    <FormDialog
      title={t('title')}
      description={t('description')}
      move={create}
      pointers={POINTERS}
      faulty={faulty}
      submitLabel={t('create')}
      onSubmit={submit}
      onClose={onClose}
    >
      {(tried) => (
        <>
          <TextField
            label={t('name')}
            error={fieldError(create.error, '/name')}
            value={name}
            onChange={setName}
          />
          <TextField
            label={t('key')}
            hint={t('keyHint')}
            required
            error={
              tried && faulty
                ? t('keyFault')
                : taken
                  ? t('keyTaken', { key })
                  : fieldError(create.error, '/key')
            }
            className="mono"
            value={key}
            onChange={setTypedKey}
          />
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
        </>
      )}
    </FormDialog>
  );
}
