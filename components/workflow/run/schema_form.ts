import { isJsonObject, own } from '#engine/json.ts';
import type { Json, JsonObject } from '#engine/json.ts';

/**
 * A flat form out of a JSON Schema: one field for each property that is a text, a number, a switch or a choice; JSON for everything
 * else. What the form cannot say, the server checks: it has the whole schema.
 */
export type FieldKind =
  | 'text'
  | 'longText'
  | 'url'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'json';

export type FormField = {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly initial: Json | undefined;
  /** Of a `choice`. */
  readonly options: readonly Json[];
  readonly example: string | undefined;
  /** Of a number. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
};

/** What the person has written so far: texts as typed, switches as they stand. */
export type FormValues = Readonly<Record<string, string | boolean>>;

/** Faults that can be seen without the server; the words are in messages/ (`run.fault.<code>`). */
export type FaultCode =
  | 'missing'
  | 'not_a_number'
  | 'not_an_integer'
  | 'too_small'
  | 'too_large'
  | 'not_a_url'
  | 'not_json'
  | 'not_an_object'
  | 'not_in_form';

/** `input` holds what could be read, so that nothing is lost on the way from the form to JSON. */
export type FormRead = {
  readonly ok: boolean;
  readonly input: JsonObject;
  readonly faults: Readonly<Record<string, FaultCode>>;
};

/** A text that may be longer than this is given several lines. */
const LONG_TEXT = 4_000;

/** The fields of the schema, or null if it does not describe an object: then the whole input is written as JSON. */
export function fieldsOf(schema: JsonObject | null): readonly FormField[] | null {
  const properties = schema?.['properties'];

  if (schema === null || !isJsonObject(properties) || !accepts(schema, 'object')) {
    return null;
  }

  const required = listOf(schema['required']);

  return Object.entries(properties).map(([name, property]) =>
    fieldOf(name, isJsonObject(property) ? property : {}, required.includes(name)),
  );
}

function fieldOf(name: string, schema: JsonObject, required: boolean): FormField {
  const [example] = listOf(schema['examples']);

  return {
    name,
    label: text(schema['title']) ?? name,
    description: text(schema['description']),
    kind: kindOf(schema),
    required,
    initial: schema['default'],
    options: optionsOf(schema),
    example: example === undefined ? undefined : asText(example),
    minimum: number(schema['minimum']),
    maximum: number(schema['maximum']),
  };
}

function kindOf(schema: JsonObject): FieldKind {
  if (optionsOf(schema).length > 0) {
    return 'choice';
  }

  const { type, format, maxLength } = schema;
  if (type === 'string') {
    return format === 'uri' || format === 'url'
      ? 'url'
      : typeof maxLength === 'number' && maxLength > LONG_TEXT
        ? 'longText'
        : 'text';
  }

  return type === 'number' || type === 'integer' || type === 'boolean' ? type : 'json';
}

function optionsOf(schema: JsonObject): readonly Json[] {
  return listOf(schema['enum']);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function accepts(schema: JsonObject, type: string): boolean {
  return schema['type'] === undefined || schema['type'] === type;
}

function number(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A value as the person reads and writes it: texts plainly, everything else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export function initialValues(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.kind === 'boolean' ? field.initial === true : valueText(field),
    ]),
  );
}

function valueText({ kind, initial }: FormField): string {
  if (initial === undefined) {
    return '';
  }
  if (kind === 'choice') {
    // As its options are, so that 1 and "1" stay apart.
    return JSON.stringify(initial);
  }
  return kind === 'json' ? JSON.stringify(initial, null, 2) : asText(initial);
}

/** Reads the form. An empty optional field is left out, so that the schema's own default applies. */
export function readForm(fields: readonly FormField[], values: FormValues): FormRead {
  const input = new Map<string, Json>();
  const faults = new Map<string, FaultCode>();

  for (const field of fields) {
    const read = readField(field, own(values, field.name));
    if (read.fault !== undefined) {
      faults.set(field.name, read.fault);
    } else if (read.value !== undefined) {
      input.set(field.name, read.value);
    }
  }

  return {
    ok: faults.size === 0,
    input: Object.fromEntries(input),
    faults: Object.fromEntries(faults),
  };
}

type FieldRead = { value?: Json; fault?: FaultCode };

function readField(field: FormField, written: string | boolean | undefined): FieldRead {
  if (typeof written === 'boolean') {
    // A switch that was never asked for and stands at "off" says nothing.
    return written || field.required || field.initial !== undefined ? { value: written } : {};
  }

  const trimmed = (written ?? '').trim();
  if (trimmed === '') {
    return field.required ? { fault: 'missing' } : {};
  }

  switch (field.kind) {
    case 'number':
    case 'integer':
      return readNumber(field, Number(trimmed));
    case 'url':
      return URL.canParse(trimmed) ? { value: trimmed } : { fault: 'not_a_url' };
    case 'choice':
    case 'json':
      return parseJson(trimmed);
    case 'boolean':
    case 'text':
    case 'longText':
      return { value: written ?? '' };
  }
}

function readNumber({ kind, minimum, maximum }: FormField, value: number): FieldRead {
  if (!Number.isFinite(value)) {
    return { fault: 'not_a_number' };
  }
  if (kind === 'integer' && !Number.isInteger(value)) {
    return { fault: 'not_an_integer' };
  }
  if (minimum !== undefined && value < minimum) {
    return { fault: 'too_small' };
  }
  return maximum !== undefined && value > maximum ? { fault: 'too_large' } : { value };
}

export function parseJson(written: string): { value: Json } | { fault: 'not_json' } {
  try {
    return { value: JSON.parse(written) as Json };
  } catch {
    return { fault: 'not_json' };
  }
}
