/** Which sentence says the fault of a field in the reader's language: by its code, of zod or of JSON Schema, and its facts. */
import type { FieldProblem } from './problem.ts';

export type FieldSentence =
  | { readonly says: 'missing' | 'empty' | 'unknown' }
  | { readonly says: 'type'; readonly type: (typeof TYPES)[keyof typeof TYPES] }
  | { readonly says: 'format'; readonly format: (typeof FORMATS)[keyof typeof FORMATS] }
  | { readonly says: 'bound'; readonly bound: Bound; readonly limit: number }
  | { readonly says: 'values'; readonly values: string }
  | { readonly says: 'pattern'; readonly pattern: string };

type Bound = (typeof BOUNDS)[keyof typeof BOUNDS][Side] | 'above' | 'below';
type Side = 'least' | 'most';

const TYPES = {
  string: 'text',
  number: 'number',
  int: 'integer',
  integer: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
  record: 'object',
} as const;

const FORMATS = {
  url: 'url',
  uri: 'url',
  email: 'email',
  datetime: 'time',
  'date-time': 'time',
  date: 'date',
  uuid: 'uuid',
} as const;

const BOUNDS = {
  string: { least: 'shortest', most: 'longest' },
  array: { least: 'fewest', most: 'most_items' },
  value: { least: 'least', most: 'most' },
} as const;

/** Of JSON Schema. */
const KEYWORDS = {
  minLength: BOUNDS.string.least,
  maxLength: BOUNDS.string.most,
  minItems: BOUNDS.array.least,
  maxItems: BOUNDS.array.most,
  minimum: BOUNDS.value.least,
  maximum: BOUNDS.value.most,
  exclusiveMinimum: 'above',
  exclusiveMaximum: 'below',
} as const;

/** Null: nothing says it better than the words of the API. */
export function fieldSentence({ code, facts = {} }: FieldProblem): FieldSentence | null {
  const { limit, values, pattern, expected = '', format = '' } = facts;

  switch (code) {
    case 'required':
      return { says: 'missing' };
    case 'unrecognized_keys':
    case 'additionalProperties':
      return { says: 'unknown' };
    case 'invalid_type':
    case 'type':
      return facts.given === false
        ? { says: 'missing' }
        : isKeyOf(TYPES, expected)
          ? { says: 'type', type: TYPES[expected] }
          : null;
    case 'invalid_format':
    case 'format':
      return isKeyOf(FORMATS, format) ? { says: 'format', format: FORMATS[format] } : null;
    case 'invalid_value':
    case 'enum':
      return values === undefined
        ? null
        : { says: 'values', values: values.map(String).join(', ') };
    case 'pattern':
      return pattern === undefined ? null : { says: 'pattern', pattern };
  }

  const bound = limit === undefined ? null : boundOf(code, facts);
  if (bound === null || limit === undefined) {
    return null;
  }
  const hasNone = limit === 1 && (bound === 'shortest' || bound === 'fewest');
  return hasNone ? { says: 'empty' } : { says: 'bound', bound, limit };
}

function boundOf(code: string, { of, beyond }: NonNullable<FieldProblem['facts']>): Bound | null {
  if (isKeyOf(KEYWORDS, code)) {
    return KEYWORDS[code];
  }
  const kind = of === 'string' || of === 'array' ? of : 'value';

  switch (code) {
    case 'too_small':
      return beyond === true ? 'above' : BOUNDS[kind].least;
    case 'too_big':
      return beyond === true ? 'below' : BOUNDS[kind].most;
    default:
      return null;
  }
}

function isKeyOf<Table extends object>(table: Table, key: string): key is keyof Table & string {
  return Object.hasOwn(table, key);
}
