/** Starting many instances with one input: in batches, one after the other, so that it can be stopped and gone on with. */
import type { Json } from '#engine/json.ts';
import { csv, type StartRow } from './start_list.ts';

/** One answer of `POST /workflows/{key}/instances/batch`. */
export type Started =
  | { readonly ok: true; readonly id: string; readonly deduplicated: boolean }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
    };

/** As many as the API takes at once. */
const MOST = 1_000;

/** A batch stays well below what the API takes (16 MB), and is answered within seconds. */
const MOST_BYTES = 4_000_000;

/** What an instance may need beside its input: its id, labels, punctuation. */
const AROUND_BYTES = 2_000;

/** With a large input fewer fit. */
export function batchSize(input: Json): number {
  const bytes = new TextEncoder().encode(JSON.stringify(input)).length;
  return Math.max(1, Math.min(MOST, Math.floor(MOST_BYTES / (bytes + AROUND_BYTES))));
}

/** The next batch after those that have been answered. */
export function nextBatch(rows: readonly StartRow[], answered: number, input: Json) {
  return rows
    .slice(answered, answered + batchSize(input))
    .map(({ objectId, priority, runAt, dedupeKey, labels }) => ({
      objectId,
      input,
      priority,
      runAt,
      dedupeKey,
      labels,
    }));
}

export type Tally = { readonly started: number; readonly known: number; readonly refused: number };

export function tallyOf(results: readonly Started[]): Tally {
  return {
    started: results.filter((result) => result.ok && !result.deduplicated).length,
    known: results.filter((result) => result.ok && result.deduplicated).length,
    refused: results.filter((result) => !result.ok).length,
  };
}

/** All that was wrong with one, in a sentence. */
export function complaintOf(result: Extract<Started, { ok: false }>): string {
  const errors = result.errors ?? [];
  return errors.length === 0
    ? result.message
    : errors.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join('; ');
}

/** The results as a table to keep: each line of the list with what became of it. */
export function resultTable(rows: readonly StartRow[], results: readonly Started[]): string {
  const lines = results.map((result, index) => {
    const row = rows[index];
    return result.ok
      ? [row?.line, row?.objectId, result.deduplicated ? 'deduplicated' : 'started', result.id, '']
      : [row?.line, row?.objectId, result.code, '', complaintOf(result)];
  });

  return csv([['line', 'objectId', 'result', 'instanceId', 'message'], ...lines], '\r\n');
}

/** Of the browser's random bytes: `randomUUID` is missing where the page came over plain http. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
