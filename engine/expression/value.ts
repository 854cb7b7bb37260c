import { EvaluationError, Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import type { Json } from '../json.ts';
import { MAX_VALUE_DEPTH } from './limits.ts';
import { charge, chargeText, Stopped } from './meter.ts';

/**
 * The result of an expression as plain JSON. Integers become numbers, or text where a number would lose digits; times become RFC 3339
 * text, durations text such as `90s`, bytes base64. What is JSON already is returned as it is, not copied.
 *
 * @throws EvaluationError for what JSON cannot hold, Stopped when the steps are spent
 */
export function toJson(value: unknown, depth = 0): Json {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      chargeText(value.length);
      return value;
    case 'number':
      if (!Number.isFinite(value)) {
        throw new EvaluationError(
          'the result is not a finite number; was something divided by zero?',
        );
      }
      return value;
    case 'bigint':
      return integerToJson(value);
    case 'object':
      if (value === null) {
        return null;
      }
      if (depth > MAX_VALUE_DEPTH) {
        throw Stopped.tooDeep;
      }
      return objectToJson(value, depth);
    case 'undefined':
    case 'function':
    case 'symbol':
      throw new EvaluationError(`${typeof value} is not a value that JSON can hold`);
  }
}

/** Text to put between other text: nothing for null, JSON for objects and lists. */
export function toText(value: Json): string {
  if (value === null) {
    return '';
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  chargeText(text.length);
  return text;
}

function integerToJson(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function objectToJson(value: object, depth: number): Json {
  if (Array.isArray(value)) {
    return arrayToJson(value, depth);
  }
  if (value instanceof Map) {
    return membersToJson(
      [...value].map(([key, member]) => [String(key), member]),
      depth,
    );
  }
  if (value instanceof Set) {
    return arrayToJson([...value], depth);
  }
  if (value instanceof Optional) {
    return toJson(value.orValue(null), depth + 1);
  }
  if (value instanceof UnsignedInt) {
    return integerToJson(value.value);
  }
  if (value instanceof Duration) {
    return value.toString();
  }
  if (value instanceof Uint8Array) {
    return base64(value);
  }
  if (isTimestamp(value)) {
    return value.toISOString();
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || !('name' in value)
    ? plainToJson(value, depth)
    : String(value.name); // what type(…) returns
}

/** A `Date`, which is not named here because the engine has no clock. */
function isTimestamp(value: object): value is { toISOString(): string } {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function arrayToJson(values: readonly unknown[], depth: number): Json {
  charge(1 + values.length);
  const copy = values.map((member) => toJson(member, depth + 1));
  return copy.every((member, index) => member === values[index]) ? (values as Json[]) : copy;
}

function plainToJson(value: object, depth: number): Json {
  const entries = Object.entries(value);
  const copy = membersToJson(entries, depth);
  return entries.every(([key, member]) => copy[key] === member)
    ? (value as Record<string, Json>)
    : copy;
}

function membersToJson(entries: readonly [string, unknown][], depth: number): Record<string, Json> {
  charge(1 + entries.length);
  return Object.fromEntries(entries.map(([key, member]) => [key, toJson(member, depth + 1)]));
}

function base64(bytes: Uint8Array): string {
  charge(bytes.length);
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
}
