'use client';

import { Braces, ListChecks, Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { isJsonObject } from '#engine/json.ts';
import type { JsonObject } from '#engine/json.ts';
import { step } from '#engine/pointer.ts';
import { fieldError, formError } from '../../query/problem.ts';
import { useProblemText } from '../../query/problem_text.ts';
import { Button } from '../../ui/Button.tsx';
import { DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { Field, FieldError } from '../../ui/Field.tsx';
import { Form } from '../../ui/Form.tsx';
import { Input, Textarea } from '../../ui/Input.tsx';
import { useStartInstance } from '../moves.ts';
import { fieldsOf, initialValues, parseJson, readForm } from './schema_form.ts';
import type { FaultCode, FormField, FormRead } from './schema_form.ts';
import { SchemaFields } from './SchemaFields.tsx';

/** Under this name stand the faults of an input that is written as one JSON text. */
const WHOLE = '';

/** Object id, input and priority of a run: a form from the schema, or JSON. */
export function RunForm({ workflow, schema }: { workflow: string; schema: JsonObject | null }) {
  const t = useTranslations('run');
  const common = useTranslations('common');
  const router = useRouter();
  const problemText = useProblemText();
  const start = useStartInstance(workflow);
  const fields = fieldsOf(schema);
  const [asJson, setAsJson] = useState(fields === null);
  const [objectId, setObjectId] = useState('');
  const [priority, setPriority] = useState('');
  const [values, setValues] = useState(() => initialValues(fields ?? []));
  const [json, setJson] = useState('{}');
  const [faults, setFaults] = useState<Readonly<Record<string, FaultCode>>>({});

  const read = (): FormRead => (asJson ? readWhole(json) : readForm(fields ?? [], values));

  function toggle() {
    const { ok, input, faults } = read();
    if (!asJson) {
      setJson(JSON.stringify(input, null, 2));
    } else if (!ok) {
      setFaults(faults);
      return;
    } else if (Object.keys(input).some((name) => !fields?.some((field) => field.name === name))) {
      setFaults({ [WHOLE]: 'not_in_form' });
      return;
    } else {
      setValues(valuesFrom(fields ?? [], input));
    }
    setFaults({});
    start.reset();
    setAsJson(!asJson);
  }

  function submit() {
    const now = read();
    const own = {
      ...now.faults,
      ...(objectId.trim() === '' && { 'field:objectId': 'missing' as const }),
      ...(priority !== '' &&
        !Number.isInteger(Number(priority)) && { 'field:priority': 'not_an_integer' as const }),
    };
    setFaults(own);
    if (!now.ok || Object.keys(own).length > 0 || start.isPending) {
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

  /** What is being mended is no longer marked. */
  function mend(fault: string) {
    setFaults(Object.fromEntries(Object.entries(faults).filter(([name]) => name !== fault)));
  }

  const errorAt = (fault: string, pointer: string) => {
    const code = faults[fault];
    const field = fields?.find(({ name }) => name === fault);
    return code === undefined
      ? fieldError(start.error, pointer)
      : t(`fault.${code}`, { minimum: field?.minimum ?? 0, maximum: field?.maximum ?? 0 });
  };
  const shown = asJson
    ? ['/objectId', '/priority', '/input']
    : ['/objectId', '/priority', ...(fields ?? []).map(({ name }) => pointerTo(name))];
  const rest = formError(start.error, shown);

  return (
    <Form onSubmit={submit} problem={start.error}>
      <DialogBody className="flex flex-col gap-4">
        <Field
          label={t('objectId')}
          hint={t('objectIdHint')}
          required
          error={errorAt('field:objectId', '/objectId')}
        >
          {(control) => (
            <Input
              {...control}
              name="objectId"
              autoComplete="off"
              value={objectId}
              onChange={(event) => {
                mend('field:objectId');
                setObjectId(event.target.value);
              }}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-4 rounded-lg border p-3">
          <div className="flex items-center justify-between gap-2">
            <legend className="text-xs font-semibold">{t('input')}</legend>
            {fields !== null && (
              <Button
                size="sm"
                variant="ghost"
                icon={asJson ? ListChecks : Braces}
                onClick={toggle}
              >
                {asJson ? t('asForm') : t('asJson')}
              </Button>
            )}
          </div>
          {asJson || fields === null ? (
            <Field
              label={t('inputJson')}
              error={errorAt(WHOLE, '/input')}
              hint={fields === null ? t('noSchema') : undefined}
            >
              {(control) => (
                <Textarea
                  {...control}
                  name="input"
                  rows={10}
                  spellCheck={false}
                  className="mono"
                  value={json}
                  onChange={(event) => {
                    mend(WHOLE);
                    setJson(event.target.value);
                  }}
                />
              )}
            </Field>
          ) : fields.length === 0 ? (
            <p className="text-sm text-muted">{t('noInput')}</p>
          ) : (
            <SchemaFields
              fields={fields}
              values={values}
              errorOf={(name) => errorAt(name, pointerTo(name))}
              onChange={(name, value) => {
                mend(name);
                setValues({ ...values, [name]: value });
              }}
            />
          )}
        </fieldset>
        <Field
          label={t('priority')}
          hint={t('priorityHint')}
          error={errorAt('field:priority', '/priority')}
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
                mend('field:priority');
                setPriority(event.target.value.trim());
              }}
            />
          )}
        </Field>
        {start.error !== null && rest !== undefined && (
          <FieldError>{start.error.message === rest ? problemText(start.error) : rest}</FieldError>
        )}
      </DialogBody>
      <DialogFooter>
        <p className="mr-auto text-xs text-faint">{common('requiredNote')}</p>
        <Button type="submit" variant="primary" icon={Play} busy={start.isPending}>
          {t('run')}
        </Button>
      </DialogFooter>
    </Form>
  );
}

/** The JSON Pointer of a member of the input, within the body of the request. */
function pointerTo(name: string): string {
  return `/input${step(name)}`;
}

function readWhole(json: string): FormRead {
  const parsed = parseJson(json.trim() === '' ? '{}' : json);
  return 'value' in parsed && isJsonObject(parsed.value)
    ? { ok: true, input: parsed.value, faults: {} }
    : { ok: false, input: {}, faults: { [WHOLE]: 'not_json' } };
}

/** The form shows what the JSON said, as far as it has fields for it. */
function valuesFrom(fields: readonly FormField[], input: JsonObject) {
  return initialValues(
    fields.map((field) => ({ ...field, initial: input[field.name] ?? undefined })),
  );
}
