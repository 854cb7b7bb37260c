import * as z from 'zod';

/** Postgres has no year 0, and what an offset pushes beyond the year 9999 is written in a way that it does not read. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment as people and programs write it (RFC 3339), of those that can be stored. */
export const moment = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => Date.parse(text) >= FIRST && Date.parse(text) <= LAST, {
    message: 'must lie in the years 1 to 9999, in UTC',
  });
