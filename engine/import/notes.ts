/** How a foreign document is read: leniently where nothing is lost, and with a note for everything that is. */
import type { Json, JsonObject } from '../json.ts';
import { step } from '../pointer.ts';
import type { Problem } from '../problem.ts';

export type NotCarried = { readonly pointer: string; readonly message: string };

/** The flow config of a pipeline, and the pointer to it. */
export type FlowConfig = { readonly config: JsonObject; readonly at: string };

/** What is said about the document while it is read. */
export type Notes = { readonly problems: Problem[]; readonly notCarried: NotCarried[] };

export function refuse(
  { problems }: Notes,
  pointer: string,
  message: string,
  code: Problem['code'] = 'schema',
  params?: Problem['params'],
): void {
  problems.push({ code, severity: 'error', message, pointer, params });
}

export function omit({ notCarried }: Notes, pointer: string, message: string): void {
  notCarried.push({ pointer, message });
}

export function leftOver(
  notes: Notes,
  value: JsonObject,
  pointer: string,
  known: readonly string[],
): void {
  for (const name of Object.keys(value).filter((member) => !known.includes(member))) {
    omit(notes, pointer + step(name), `"${name}" has no counterpart here.`);
  }
}

/** Configs in Termite's rows are JSON in a text. Text that is not is returned as it is. */
export function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') {
    return value;
  }
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** The text that stands under the first of these names; an empty one is none. */
export function readText(
  notes: Notes,
  value: JsonObject,
  pointer: string,
  names: readonly string[],
): string | null {
  const name = names.find((one) => value[one] !== undefined && value[one] !== null);
  const found = name === undefined ? '' : value[name];
  if (typeof found === 'string') {
    return found === '' ? null : found;
  }
  omit(notes, pointer + step(name ?? ''), 'This is not a text.');
  return null;
}
