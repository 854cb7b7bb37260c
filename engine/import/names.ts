/** Keys of ours out of other systems' names. */
import { UNREADABLE_KEYS } from '../expression/unreadable.ts';
import { type Notes, omit } from './notes.ts';
import { members, type Source } from './source.ts';

export function toWorkKey(source: string): string {
  return toKey(source, /[^A-Za-z0-9_.-]/g);
}

export function toWorkflowKey(source: string): string {
  return toKey(source, /[^A-Za-z0-9_-]/g);
}

function toKey(source: string, forbidden: RegExp): string {
  const key = source.replaceAll(forbidden, '-').slice(0, 99);
  return /^[A-Za-z0-9]/.test(key) ? key : `w${key}`;
}

export function toNodeKey(source: string): string {
  const key = source.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 64);
  if (UNREADABLE_KEYS.has(key)) {
    return `${key}_`;
  }
  return /^[A-Za-z_]/.test(key) ? key : `_${key}`.slice(0, 64);
}

/** A key like `wanted` that is not among `used`; it is now. */
export function claimKey(used: Set<string>, wanted: string): string {
  const key = toNodeKey(wanted);
  let free = key;
  for (let count = 2; used.has(free); count += 1) {
    free = `${key.slice(0, 60)}_${count}`;
  }
  used.add(free);
  return free;
}

/** What an env can have of these: one with a member `constructor` could be read by no expression. */
export function readableMembers(notes: Notes, source: Source): (readonly [string, Source])[] {
  return members(source).filter(([name, { pointer }]) => {
    if (name === 'constructor') {
      omit(notes, pointer, 'A parameter "constructor" could not be read here, and is left out.');
    }
    return name !== 'constructor';
  });
}

/** Says so where a name had to change. */
export function noteRenamed(notes: Notes, { pointer, value }: Source, what: string, key: string) {
  if (key !== value) {
    omit(
      notes,
      pointer,
      `${JSON.stringify(value)} cannot be the key of a ${what}; it is "${key}" here.`,
    );
  }
}
