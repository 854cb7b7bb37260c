/**
 * A foreign document under a reader that remembers where it has looked. What nobody looked at is listed at the end, so nothing is lost
 * in silence whatever the importer forgets.
 */
import { isJsonObject, type Json } from '../json.ts';
import { step } from '../pointer.ts';
import { type Notes, omit } from './notes.ts';

/** A place in the document; `value` is undefined where there is nothing. */
export type Source = { readonly value: Json | undefined; readonly pointer: string };

export type Reading = Notes & {
  /** Pointers of what was taken, each with all that is below it. */
  readonly taken: Set<string>;
};

export function beginReading(): Reading {
  return { problems: [], notCarried: [], taken: new Set() };
}

export function member({ value, pointer }: Source, name: string): Source {
  return {
    value: isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined,
    pointer: pointer + step(name),
  };
}

/** Undefined where a value should be that is null: to these systems the two are one. */
export function has(source: Source): boolean {
  return source.value !== undefined && source.value !== null;
}

export function members(source: Source): readonly (readonly [string, Source])[] {
  return isJsonObject(source.value)
    ? Object.keys(source.value).map((name) => [name, member(source, name)] as const)
    : [];
}

export function items({ value, pointer }: Source): readonly Source[] {
  return Array.isArray(value)
    ? (value as readonly Json[]).map((item, index) => ({
        value: item,
        pointer: pointer + step(index),
      }))
    : [];
}

/** Takes a value as it is, with all that is in it. */
export function take({ taken }: Reading, { value, pointer }: Source): Json | undefined {
  taken.add(pointer);
  return value ?? undefined;
}

export function takeText(reading: Reading, source: Source): string | undefined {
  const value = take(reading, source);
  if (value === undefined || value === '' || typeof value === 'string') {
    return value === '' ? undefined : value;
  }
  omit(reading, source.pointer, 'This is not a text.');
  return undefined;
}

/** A whole number, also where it is written as a text. Beyond `most`, what there is at most. */
export function takeCount(reading: Reading, source: Source, most: number): number | undefined {
  const value = take(reading, source);
  if (value === undefined || value === '') {
    return undefined;
  }
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
    omit(reading, source.pointer, 'This is not a whole number from 0.');
    return undefined;
  }
  if (number > most) {
    omit(reading, source.pointer, `${number} is more than ${most}, which is used instead.`);
    return most;
  }
  return number;
}

/** Seconds, or nothing where there is no limit, which is what 0 means to these systems. */
export function takeSeconds(reading: Reading, source: Source): number | undefined {
  const seconds = takeCount(reading, source, 31_536_000);
  return seconds === 0 ? undefined : seconds;
}

export function takeFlag(reading: Reading, source: Source): boolean {
  const value = take(reading, source);
  if (value !== undefined && typeof value !== 'boolean') {
    omit(reading, source.pointer, 'This is neither true nor false.');
  }
  return value === true;
}

/** Lists what stands below `root` and was neither taken nor spoken of. What is empty says nothing, and is not listed. */
export function listLeftOver(
  reading: Reading,
  root: Source,
  sentence: (name: string) => string,
): void {
  const covered = new Set([
    ...reading.taken,
    ...reading.notCarried.map(({ pointer }) => pointer),
    ...reading.problems.map(({ pointer }) => pointer),
  ]);
  const passed = new Set<string>();
  for (const pointer of covered) {
    for (let end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      passed.add(pointer.slice(0, end));
    }
  }

  const look = (source: Source, name: string): void => {
    if (covered.has(source.pointer) || isEmpty(source.value)) {
      return;
    }
    if (!passed.has(source.pointer)) {
      omit(reading, source.pointer, sentence(name));
      return;
    }
    for (const [name, each] of members(source)) {
      look(each, name);
    }
    for (const [index, each] of items(source).entries()) {
      look(each, String(index));
    }
  };

  passed.add(root.pointer);
  look(root, '');
}

function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
