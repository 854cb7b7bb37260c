/**
 * The meter: CEL always ends, but it need not end soon. One comprehension over 60,000 items whose body searches another list of 60,000
 * would hold a process for a minute, and thirty chained `.map(a, a + a)` would exhaust its memory. So whatever can cost more than its
 * own syntax is charged before it is done, and an evaluation that has spent its steps is stopped.
 *
 * The counter belongs to the module: evaluation is synchronous and never re-entered.
 */
import { MAX_CONTEXT, MAX_STEPS, MAX_VALUE_DEPTH } from './limits.ts';

/** What an error costs that something in the expression catches: it takes 10 µs to make. */
export const FAILURE_STEPS = 100;

let remaining = 0;

/** Thrown when the steps are spent. Not a CelError, so nothing between here and the caller rewrites it; and without a stack, so cheap. */
export class Stopped extends Error {
  static readonly spent = new Stopped(
    `the expression takes more than ${MAX_STEPS.toLocaleString('en-US')} steps on this data; let a task do the work`,
  );

  static readonly largeContext = new Stopped(
    `the context holds more than ${MAX_CONTEXT / 1_024} KB, too much for expressions to read; let tasks keep large data in their outputs`,
  );

  static readonly tooDeep = new Stopped(
    `the data nests deeper than ${MAX_VALUE_DEPTH} levels; an expression can only pass it on whole`,
  );
}

export function startMeter(): void {
  remaining = MAX_STEPS;
}

/** What was charged since the meter was started. */
export function stepsTaken(): number {
  return Math.min(MAX_STEPS, MAX_STEPS - remaining);
}

export function charge(steps: number): void {
  remaining -= steps;
  if (remaining < 0) {
    throw Stopped.spent;
  }
}

export function chargeText(length: number): void {
  charge(Math.floor(length / 16));
}

/** Charges for looking at a value as a whole, as comparing or copying it does. */
export function chargeDeep(value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    chargeText(value.length);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (depth > MAX_VALUE_DEPTH) {
    throw Stopped.tooDeep;
  }

  const members = membersOf(value);
  charge(1 + members.length);
  for (const member of members) {
    chargeDeep(member, depth + 1);
  }
}

/** Charges for taking hold of a value: its own length, not what is in it. */
export function chargeShallow(value: unknown): void {
  if (typeof value === 'string') {
    chargeText(value.length);
  } else if (typeof value === 'object' && value !== null) {
    charge(sizeOf(value));
    refuseDepth(value);
  }
}

export function sizeOf(value: object): number {
  if (Array.isArray(value)) {
    return value.length;
  }
  if (value instanceof Uint8Array) {
    return Math.floor(value.length / 16);
  }
  return value instanceof Map || value instanceof Set ? value.size : Object.keys(value).length;
}

/** cel-js names the type of a value by following its first members down, so that way must be short. */
function refuseDepth(value: object): void {
  let member: unknown = value;

  for (let depth = 0; typeof member === 'object' && member !== null; depth += 1) {
    if (depth > MAX_VALUE_DEPTH) {
      throw Stopped.tooDeep;
    }
    member = firstMember(member);
  }
}

function firstMember(value: object): unknown {
  if (Array.isArray(value)) {
    return value[0];
  }
  if (value instanceof Map || value instanceof Set) {
    return value.values().next().value;
  }
  for (const key in value) {
    if (Object.hasOwn(value, key)) {
      return (value as Record<string, unknown>)[key];
    }
  }
  return undefined;
}

function membersOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) {
    return value;
  }
  return value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value);
}
