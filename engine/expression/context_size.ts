import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { MAX_CONTEXT, MAX_VALUE_DEPTH } from './limits.ts';
import { Stopped } from './meter.ts';

/** Contexts never change, and one turn of an instance may ask many expressions of one. */
const measured = new WeakSet<JsonObject>();

/** @throws Stopped if the context is larger than an expression may read; looks no further than that. */
export function refuseLargeContext(context: JsonObject): void {
  if (measured.has(context)) {
    return;
  }
  measure(context, MAX_CONTEXT, 0);
  measured.add(context);
}

/** @returns what is left of a number of characters when the value has been written as JSON */
function measure(value: Json, left: number, depth: number): number {
  if (typeof value === 'string') {
    return enough(left - value.length - 2);
  }
  if (typeof value !== 'object' || value === null) {
    return enough(left - String(value).length);
  }
  if (depth > MAX_VALUE_DEPTH) {
    throw Stopped.tooDeep;
  }
  if (!isJsonObject(value)) {
    return value.reduce<number>(
      (rest, element) => measure(element, rest - 1, depth + 1),
      enough(left - 2),
    );
  }
  return Object.entries(value).reduce(
    (rest, [name, member]) => measure(member, rest - name.length - 4, depth + 1),
    enough(left - 2),
  );
}

function enough(left: number): number {
  if (left < 0) {
    throw Stopped.largeContext;
  }
  return left;
}
