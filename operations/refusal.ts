import type * as z from 'zod';
import type { Json, JsonObject } from '#engine/json.ts';
import { step } from '#engine/pointer.ts';
import { nameOf, scopesOf, type Context, type Scope } from './context.ts';

/** Every expected refusal there is. `api/` maps each to a problem+json, exhaustively. */
export const REFUSAL_CODES = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'stale_attempt',
  'etag_required',
  'etag_mismatch',
  'idempotency_mismatch',
  'invalid_definition',
  'no_published_version',
  'object_busy',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** One wrong field, by JSON Pointer. */
export type FieldError = {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** What the message names, for those who say it in a language of their own. */
  readonly facts?: FaultFacts;
};

/** Of the codes of zod and of JSON Schema: each has those that it is about. */
export type FaultFacts = {
  /** The type that it should have; whether there was a value at all. */
  readonly expected?: string;
  readonly given?: boolean;
  readonly limit?: number;
  /** What is limited: `string` its length, `array` its items, else the value. */
  readonly of?: string;
  /** The limit itself is not allowed either. */
  readonly beyond?: true;
  readonly values?: readonly Json[];
  readonly format?: string;
  readonly pattern?: string;
};

/**
 * An expected "no": a value, not an exception. The message is a sentence that names the thing and its state; `facts` repeats what a
 * program may want from it.
 */
export type Refusal = {
  readonly refused: RefusalCode;
  readonly message: string;
  readonly facts?: JsonObject;
  readonly errors?: readonly FieldError[];
};

export function refuse(
  refused: RefusalCode,
  message: string,
  more: { readonly facts?: JsonObject; readonly errors?: readonly FieldError[] } = {},
): Refusal {
  return { refused, message, ...more };
}

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

/** A refusal if the actor lacks the scope, else null. */
export function lacks(ctx: Context, scope: Scope): Refusal | null {
  const scopes = scopesOf(ctx.actor);
  return scopes.includes(scope) || scopes.includes('admin')
    ? null
    : refuse('forbidden', `${nameOf(ctx.actor)} does not have the scope "${scope}".`, {
        facts: { scope },
      });
}

/** The errors of a zod check as fields by pointer; each unknown field is one of its own. */
export function fieldErrors(error: z.ZodError, prefix = ''): FieldError[] {
  return error.issues.flatMap((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [key]) : [[]];

    return unknown.map((key) => ({
      pointer: prefix + [...issue.path, ...key].map((part) => step(String(part))).join(''),
      code: issue.code,
      message: issue.message,
      ...factsOf(issue),
    }));
  });
}

function factsOf(issue: z.core.$ZodIssue): { facts?: FaultFacts } {
  switch (issue.code) {
    case 'invalid_type':
      return { facts: { expected: issue.expected, given: issue.input !== undefined } };
    case 'too_small':
      return { facts: limitOf(issue, issue.minimum) };
    case 'too_big':
      return { facts: limitOf(issue, issue.maximum) };
    case 'invalid_value':
      return { facts: { values: issue.values.filter(isPlain) } };
    case 'invalid_format':
      return { facts: { format: issue.format } };
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return {};
  }
}

function limitOf(
  { origin, inclusive = true }: { readonly origin: string; readonly inclusive?: boolean },
  limit: number | bigint,
): FaultFacts {
  return { limit: Number(limit), of: origin, ...(!inclusive && { beyond: true }) };
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** How requests are checked. That a field was not given at all is only seen by its input. */
export const CHECKS = { error: sentenceFor, reportInput: true } as const;

/** Where zod's own words speak of types and inputs, ours say what to do. Undefined leaves zod's. */
function sentenceFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'is missing' : `must be ${named(issue.expected)}`;
  }
  if (issue.code === 'unrecognized_keys') {
    return 'is not known here';
  }
  if (issue.code === 'invalid_value') {
    return oneOf(issue.values);
  }
  if (issue.code === 'invalid_union' && Array.isArray(issue.options)) {
    return oneOf(issue.options);
  }
  if (issue.code === 'too_small') {
    return mustBe(issue, 'least', issue.minimum);
  }
  if (issue.code === 'too_big') {
    return mustBe(issue, 'most', issue.maximum);
  }
  return issue.code === 'invalid_format' ? FORMATS[issue.format] : undefined;
}

function oneOf(values: readonly unknown[]): string {
  return `must be one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address',
  datetime: 'must be a time such as 2026-11-21T08:00:00Z',
  uuid: 'must be a UUID',
};

function mustBe(
  { origin, inclusive = true }: { readonly origin: string; readonly inclusive?: boolean },
  side: 'least' | 'most',
  limit: number | bigint,
): string {
  if (side === 'least' && limit === 1 && (origin === 'string' || origin === 'array')) {
    return 'must not be empty';
  }
  if (!inclusive) {
    return `must be ${side === 'least' ? 'more' : 'less'} than ${limit}`;
  }
  const unit = { string: ' characters long', array: ' items long' }[origin] ?? '';
  return `must be at ${side} ${limit}${unit}`;
}

function named(type: string): string {
  const names: Record<string, string> = {
    int: 'a whole number',
    object: 'an object',
    array: 'a list',
    record: 'an object',
    boolean: 'true or false',
  };
  return names[type] ?? `a ${type}`;
}
