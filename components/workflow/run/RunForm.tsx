'use client';

import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { JsonObject } from '#engine/json.ts';
import { useFieldError } from '../../query/problem_text.ts';
import { Refusal } from '../../query/Refusal.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Form } from '../../ui/Form.tsx';
import { Input } from '../../ui/Input.tsx';
import { useStartInstance } from '../moves.ts';
import { useRunInput } from './input.ts';
import { InputFields } from './InputFields.tsx';

type OwnFaults = { objectId?: 'missing' | undefined; priority?: 'not_an_integer' | undefined };

/** Object id, input and priority of a run: a form from the schema, or JSON. */
export function RunForm({ workflow, schema }: { workflow: string; schema: JsonObject | null }) {
  const t = useTranslations('run');
  const fieldError = useFieldError();
  const common = useTranslations('common');
  const router = useRouter();
  const start = useStartInstance(workflow);
  const written = useRunInput(schema);
  const [objectId, setObjectId] = useState('');
  const [priority, setPriority] = useState('');
  const [faults, setFaults] = useState<OwnFaults>({});
  // Once it is started the page of the run is on its way: a second click is not a second run.
  const busy = start.isPending || start.isSuccess;

  function submit() {
    const now = written.read();
    const own = {
      ...(objectId.trim() === '' && { objectId: 'missing' as const }),
      ...(priority !== '' &&
        !Number.isInteger(Number(priority)) && { priority: 'not_an_integer' as const }),
    };
    setFaults(own);
    if (!now.ok || Object.keys(own).length > 0 || busy) {
      return;
    }

    start.mutate(
      {
        objectId: objectId.trim(),
        input: now.input,
        ...(priority !== '' && { priority: Number(priority) }),
      },
      {
        onSuccess: ({ id }) => {
          toast.success(t('started'));
          router.push(`/instances/${id}`);
        },
      },
    );
  }

  const errorAt = (field: keyof typeof faults) => {
    const code = faults[field];
    return code === undefined
      ? fieldError(start.error, `/${field}`)
      : t(`fault.${code}`, { minimum: 0, maximum: 0 });
  };

  return (
    <Form onSubmit={submit} problem={start.error}>
      <DialogBody className="flex flex-col gap-4">
        <Field label={t('objectId')} hint={t('objectIdHint')} required error={errorAt('objectId')}>
          {(control) => (
            <Input
              {...control}
              name="objectId"
              autoComplete="off"
              value={objectId}
              onChange={(event) => {
                setFaults({ ...faults, objectId: undefined });
                setObjectId(event.target.value);
              }}
            />
          )}
        </Field>
        <InputFields input={written} error={start.error} onToggle={() => start.reset()} />
        <Field
          label={t('priority')}
          hint={t('priorityHint')}
          error={errorAt('priority')}
          className="max-w-48"
        >
          {(control) => (
            <Input
              {...control}
              name="priority"
              inputMode="numeric"
              autoComplete="off"
              placeholder="0"
              value={priority}
              onChange={(event) => {
                setFaults({ ...faults, priority: undefined });
                setPriority(event.target.value.trim());
              }}
            />
          )}
        </Field>
        <Refusal problem={start.error} pointers={['/objectId', '/priority', ...written.pointers]} />
      </DialogBody>
      <DialogFooter>
        <p className="mr-auto text-xs text-faint">{common('requiredNote')}</p>
        <Button type="submit" variant="primary" icon={Play} busy={busy}>
          {t('run')}
        </Button>
      </DialogFooter>
    </Form>
  );
}
