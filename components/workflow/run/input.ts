'use client';

import { useState } from 'react';
import { isJsonObject, own } from '#engine/json.ts';
import type { JsonObject } from '#engine/json.ts';
import { step } from '#engine/pointer.ts';
import { fieldsOf, initialValues, parseJson, readForm } from './schema_form.ts';
import type { FaultCode, FormField, FormRead, FormValues } from './schema_form.ts';

/** Under this name stand the faults of an input that is written as one JSON text. */
export const WHOLE = '';

type Written = {
  readonly asJson: boolean;
  readonly values: FormValues;
  readonly json: string;
  readonly faults: Readonly<Record<string, FaultCode>>;
};

export type RunInput = Written & {
  /** Null where the schema does not describe an object: then there is only the JSON. */
  readonly fields: readonly FormField[] | null;
  /** Where the server's faults of it are shown, within the body of the request for one instance. */
  readonly pointers: readonly string[];
  /** Reads what is written, and marks its faults. */
  readonly read: () => FormRead;
  /** Says whether it could be turned: what cannot be read, or has no field, stays as it is. */
  readonly toggle: () => boolean;
  readonly write: (change: { name: string; value: string | boolean } | { json: string }) => void;
};

/** The input of a run while it is written: a form out of the schema of the workflow, or one JSON text. */
export function useRunInput(schema: JsonObject | null): RunInput {
  const fields = fieldsOf(schema);
  const [written, setWritten] = useState<Written>(() => ({
    asJson: fields === null,
    values: initialValues(fields ?? []),
    json: '{}',
    faults: {},
  }));
  const { asJson, values, json, faults } = written;
  const readNow = () => (asJson ? readWhole(json) : readForm(fields ?? [], values));

  function read(): FormRead {
    const now = readNow();
    setWritten({ ...written, faults: now.faults });
    return now;
  }

  function toggle(): boolean {
    const { ok, input, faults: found } = readNow();
    if (!asJson) {
      setWritten({ ...written, asJson: true, json: JSON.stringify(input, null, 2), faults: {} });
      return true;
    }

    const homeless = Object.keys(input).some((name) => !fields?.some((each) => each.name === name));
    if (!ok || homeless) {
      setWritten({ ...written, faults: ok ? { [WHOLE]: 'not_in_form' } : found });
      return false;
    }
    setWritten({ ...written, asJson: false, values: valuesFrom(fields ?? [], input), faults: {} });
    return true;
  }

  function write(change: { name: string; value: string | boolean } | { json: string }) {
    // What is being mended is no longer marked.
    setWritten(
      'json' in change
        ? { ...written, json: change.json, faults: without(faults, WHOLE) }
        : {
            ...written,
            values: { ...values, [change.name]: change.value },
            faults: without(faults, change.name),
          },
    );
  }

  return {
    ...written,
    fields,
    pointers: asJson ? ['/input'] : (fields ?? []).map(({ name }) => pointerTo(name)),
    read,
    toggle,
    write,
  };
}

/** The JSON Pointer of a member of the input, within the body of the request. */
export function pointerTo(name: string): string {
  return `/input${step(name)}`;
}

function readWhole(json: string): FormRead {
  const parsed = parseJson(json.trim() === '' ? '{}' : json);
  if ('fault' in parsed) {
    return { ok: false, input: {}, faults: { [WHOLE]: parsed.fault } };
  }
  return isJsonObject(parsed.value)
    ? { ok: true, input: parsed.value, faults: {} }
    : { ok: false, input: {}, faults: { [WHOLE]: 'not_an_object' } };
}

/** The form shows what the JSON said, as far as it has fields for it. */
function valuesFrom(fields: readonly FormField[], input: JsonObject): FormValues {
  return initialValues(
    fields.map((field) => ({ ...field, initial: own(input, field.name) ?? undefined })),
  );
}

function without(faults: Written['faults'], name: string): Written['faults'] {
  return Object.fromEntries(Object.entries(faults).filter(([each]) => each !== name));
}
