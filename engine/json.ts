import * as z from 'zod';

/** Anything JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** Accepts any JSON value without copying or re-checking it: bodies reach us through `JSON.parse`, which yields nothing else. */
export const json = z.custom<Json>((value) => value !== undefined, 'a JSON value is missing');

export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * RFC 7386 merge patch: members of `patch` replace those of `target`, objects merge, `null` removes.
 * Never changes its arguments. `__proto__` is copied as an ordinary member, so a patch cannot reach a prototype.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) {
    return patch;
  }

  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);

  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      merged.delete(key);
    } else {
      merged.set(key, mergePatch(merged.get(key), value));
    }
  }

  return Object.fromEntries(merged);
}

/** Deeper than this nothing is nested that means anything; texts of brackets use up the stack of whoever writes them, Postgres too. */
export const MOST_NESTED = 500;

/** Whether a JSON text is nested deeper than that. Looks at the text alone, so that nothing has to be made of it first. */
export function isTooNested(text: string): boolean {
  let depth = 0;
  let quoted = false;

  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];

    if (quoted) {
      at += letter === '\\' ? 1 : 0;
      quoted = letter !== '"';
    } else if (letter === '"') {
      quoted = true;
    } else if (letter === '[' || letter === '{') {
      depth += 1;
      if (depth > MOST_NESTED) {
        return true;
      }
    } else if (letter === ']' || letter === '}') {
      depth -= 1;
    }
  }
  return false;
}
