import * as z from 'zod';
import { recordOf } from '#engine/json.ts';
import { moment } from './moment.ts';
import { refuse, type Refusal } from './refusal.ts';

/** A moment in an answer: RFC 3339, UTC, milliseconds. */
export const instant = z.string().meta({
  format: 'date-time',
  description: 'RFC 3339, UTC',
  examples: ['2026-11-21T08:30:00.000Z'],
});

export function toInstant(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}

/** A moment in a request: RFC 3339 with any offset. */
export const instantInput = moment.transform((text) => new Date(text));

/** Short texts by which people group workflows and instances. */
export const labels = recordOf(z.string().min(1).max(63), z.string().max(200))
  .refine((entries) => Object.keys(entries).length <= 50, 'must hold 50 labels at most')
  .meta({ description: 'texts by name, 50 at most', examples: [{ team: 'media' }] });

const MOST_PER_PAGE = 200;

/** What every list takes. The cursor is opaque: hand back the `nextCursor` of the page before. */
export const pageInput = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_PER_PAGE)
    .default(50)
    .meta({ description: 'rows per page' }),
  cursor: z.string().max(500).optional().meta({ description: '`nextCursor` of the page before' }),
};

export type Page<T> = { data: T[]; nextCursor: string | null };

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'ask for the next page with it; null: this was the last' }),
  });
}

/** Rows were asked for one beyond the limit, which tells whether there is a next page. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  map: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);

  return {
    data: shown.map(map),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

/** Keyset cursors are opaque to callers, so that what they hold may change. */
export function writeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor, checked against their schema; a refusal if we did not write it. */
export function readCursor<Parts extends z.ZodType>(
  cursor: string | undefined,
  parts: Parts,
): z.output<Parts> | null | Refusal {
  if (cursor === undefined) {
    return null;
  }

  const read = parts.safeParse(parseQuietly(Buffer.from(cursor, 'base64url').toString()));
  return read.success
    ? read.data
    : refuse('invalid_request', 'The cursor is not one that a list answered.', {
        errors: [{ pointer: '?cursor', code: 'custom', message: 'is not a cursor of this list' }],
      });
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
