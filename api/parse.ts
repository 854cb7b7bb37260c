import type * as z from 'zod';
import { CHECKS, fieldErrors, type FieldError } from '#operations/refusal.ts';
import { refuseEarly, type Refused } from './problem.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refused };

/** Checks a body; every wrong field is named by its JSON Pointer. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const read = schema.safeParse(body, CHECKS);
  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, refusal: invalid('The body', fieldErrors(read.error)) };
}

/** Checks a query string; `?name` stands where a body has a pointer. A name that comes several times is a list. */
export function parseQuery<T>(schema: z.ZodType<T>, query: URLSearchParams): Parsed<T> {
  const values = Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const all = query.getAll(name);
      return [name, all.length === 1 ? all[0] : all];
    }),
  );
  const read = schema.safeParse(values, CHECKS);
  const errors = read.success
    ? []
    : fieldErrors(read.error).map((each) => ({ ...each, pointer: `?${each.pointer.slice(1)}` }));

  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, refusal: invalid('The query', errors) };
}

function invalid(what: string, errors: readonly FieldError[]): Refused {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const where = first?.pointer ? `${first.pointer} ` : '';

  return {
    ...refuseEarly(
      'invalid_request',
      `${what} is not valid: ${where}${first?.message ?? ''}${more}.`,
    ),
    errors,
  };
}
