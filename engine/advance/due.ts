/** When what has been opened begins, or ends, by the clock. Moments in ms since the epoch; null: at once, of a signal: never. */
import type { Evaluated } from '../expression/expression.ts';
import type { Json } from '../json.ts';
import type { PlanNode, PlanRunnable } from '../plan.ts';
import { opensAt, parseMoment } from '../window.ts';
import { misfit } from './evaluate.ts';

/** When a node whose turn has come may begin: its delay is over and its window is open. */
export function beginsAt(plan: PlanRunnable, now: number): number | null {
  return inWindow(plan, now + plan.delaySeconds * 1_000, now);
}

/** When a signal is not waited for any longer. */
export function givenUpAt(
  { timeoutSeconds }: Extract<PlanNode, { type: 'signal' }>,
  now: number,
): number | null {
  return timeoutSeconds === null ? null : now + timeoutSeconds * 1_000;
}

/** @param due what the node's `seconds` or `until` says; null of one that waits for its window alone */
export function endOfWait(
  plan: Extract<PlanNode, { type: 'wait' }>,
  due: Json,
  now: number,
): { readonly ok: true; readonly at: number | null } | Extract<Evaluated, { ok: false }> {
  const { seconds, until } = plan;

  if (until !== null) {
    const moment = typeof due === 'string' ? parseMoment(due) : null;
    return moment === null
      ? misfit(until, `must be a time such as 2026-11-21T08:00:00Z, not ${shown(due)}`)
      : { ok: true, at: inWindow(plan, moment, now) };
  }
  if (seconds === null) {
    return { ok: true, at: inWindow(plan, now, now) };
  }
  return typeof due === 'number' && due >= 0 && due <= MOST_WAIT_SECONDS
    ? { ok: true, at: inWindow(plan, now + due * 1_000, now) }
    : misfit(
        String(seconds),
        `must be a number of seconds from 0 to ${MOST_WAIT_SECONDS}, not ${shown(due)}`,
      );
}

/** A year: the definition's own limit of a number of seconds. */
const MOST_WAIT_SECONDS = 31_536_000;

function inWindow({ window }: PlanRunnable, earliest: number, now: number): number | null {
  const at = window ? opensAt(window, earliest) : earliest;
  return at > now ? at : null;
}

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, 100);
}
