/** What answers have in common, whoever was asked. */
import type { OutboundAnswer } from './http.ts';

/** No Retry-After is obeyed for longer. */
const LONGEST_WAIT_MS = 60 * 60_000;

/** The same request may be answered better a little later. */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Retry-After as milliseconds from now: seconds or a date; null if there is none that can be read. */
export function retryAfterMs(answer: OutboundAnswer, now: Date): number | null {
  const value = answer.headers['retry-after'];

  if (typeof value !== 'string') return null;

  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now.getTime();

  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

/** The beginning of what an endpoint said beside its status, on one line. */
export function excerpt(body: Buffer): string {
  const text = body
    .toString('utf8', 0, 300)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();

  return text === '' ? '' : `: ${text}`;
}
