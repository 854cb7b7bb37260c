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

/**
 * zod drops a member named `__proto__` in silence where it checks members by their names, although JSON may have one. What goes through
 * this before is refused instead. Who takes any JSON (`json`, `jsonObject`) keeps it.
 */
function refuseProto(value: unknown, ctx: z.core.$RefinementCtx): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')) {
    ctx.addIssue({
      code: 'custom',
      path: ['__proto__'],
      message: 'cannot be the name of a member',
    });
  }
  return value;
}

/** An object whose members are named by people. */
export function recordOf<Key extends z.core.$ZodRecordKey, Value extends z.core.SomeType>(
  key: Key,
  value: Value,
) {
  return z.preprocess(refuseProto, z.record(key, value));
}

/** An object of which only these members are known; the others are kept as they are. */
export function openObject<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess(refuseProto, z.looseObject(shape));
}

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

/** The member of that name which the object itself has: `constructor` and `toString` are names like any other. */
export function own<Value>(
  members: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
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
