import { refuse, type Refusal } from '#operations/refusal.ts';

export const REPLAYED = 'Idempotency-Replayed';

const MOST_CHARACTERS = 255;

/** The Idempotency-Key of a request: a structured-field string, in its quotes or bare. */
export function idempotencyKey(
  header: (name: string) => string | null,
): string | undefined | Refusal {
  const text = header('idempotency-key')?.trim() ?? null;
  if (text === null) {
    return undefined;
  }
  const key = /^"(?:[^"\\]|\\.)*"$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;

  return key.length > 0 && key.length <= MOST_CHARACTERS
    ? key
    : refuse('invalid_request', `An Idempotency-Key has 1 to ${MOST_CHARACTERS} characters.`);
}
