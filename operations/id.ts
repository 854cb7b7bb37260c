import type { Refusal } from './refusal.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether Postgres would take a text as an id; anything else names nothing. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** What there is to say of a text that cannot be an id, else null. */
export function unlessId(text: string, none: (id: string) => Refusal): Refusal | null {
  return isId(text) ? null : none(text);
}
