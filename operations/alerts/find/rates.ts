/** Rules that count within a window. Windows are sums over minutes: what they cost depends on their length, not on how much happened. */
import type { Transaction } from '#db/database.ts';
import { plain, texts, times } from '#db/columns.ts';
import type { AlertEvent } from '../events.ts';
import { found, type Found } from './found.ts';
import { covers, ofKind, type ActiveRule } from './rules.ts';

const MINUTE_MS = 60_000;
const KEPT_MS = 25 * 3_600_000;

/** Adds events to their minutes, and forgets what no window reaches any more. */
export async function tally(
  tx: Transaction,
  events: readonly (AlertEvent & { readonly at: Date })[],
  now: Date,
): Promise<void> {
  const counted = events.filter(({ type }) => type === 'ended' || type === 'dispatch_timeout');
  if (counted.length > 0) {
    await tx`
      insert into alert_tally (project_id, type, subject, minute, succeeded, failed)
      select e.project_id, e.type, e.subject, date_trunc('minute', e.at), sum(e.succeeded), sum(e.failed)
      from unnest(
        ${plain(counted.map(({ projectId }) => projectId))}::text::int[],
        ${plain(counted.map(({ type }) => type))}::text::text[],
        ${texts(counted.map(({ subject }) => subject))}::text::text[],
        ${times(counted.map(({ at }) => at))}::text::timestamptz[],
        ${plain(counted.map(({ succeeded }) => succeeded))}::text::int[],
        ${plain(counted.map(({ failed }) => failed))}::text::int[]
      ) as e(project_id, type, subject, at, succeeded, failed)
      group by 1, 2, 3, 4
      on conflict (project_id, type, subject, minute) do update
      set
        succeeded = alert_tally.succeeded + excluded.succeeded,
        failed = alert_tally.failed + excluded.failed
    `;
  }
  await tx`delete from alert_tally where minute < ${new Date(now.getTime() - KEPT_MS)}`;
}

export async function findFailureRates(
  tx: Transaction,
  rules: readonly ActiveRule[],
  now: Date,
): Promise<Found[]> {
  const wanted = ofKind(rules, 'failure_rate');
  if (wanted.length === 0) {
    return [];
  }
  const rows = await tx<{ place: number; key: string; failed: number; ended: number }[]>`
    select r.place, w.key, t.failed, t.ended
    from ${rulesAndWindows(tx, wanted, now)}
    join workflow w on w.project_id = r.project_id
    cross join lateral (
      select coalesce(sum(failed), 0)::int as failed, coalesce(sum(failed + succeeded), 0)::int as ended
      from alert_tally t
      where t.project_id = w.project_id and t.type = 'ended' and t.subject = w.id::text
        and t.minute >= r.since
    ) as t
    where t.failed > 0
  `;
  return rows.flatMap(({ place, key, failed, ended }) => {
    const rule = wanted[place];
    return rule === undefined ||
      !covers(rule.workflows, key) ||
      ended < rule.params.minimum ||
      (100 * failed) / ended <= rule.params.percent
      ? []
      : found(rule, key, {
          kind: 'failure_rate',
          workflow: key,
          failed,
          ended,
          windowSeconds: rule.params.windowSeconds,
        });
  });
}

export async function findDispatchTimeouts(
  tx: Transaction,
  rules: readonly ActiveRule[],
  now: Date,
): Promise<Found[]> {
  const wanted = ofKind(rules, 'dispatch_timeout');
  if (wanted.length === 0) {
    return [];
  }
  const rows = await tx<{ place: number; key: string; count: number }[]>`
    select r.place, w.key, t.count
    from ${rulesAndWindows(tx, wanted, now)}
    join work w on w.project_id = r.project_id
    cross join lateral (
      select coalesce(sum(failed), 0)::int as count
      from alert_tally t
      where t.project_id = w.project_id and t.type = 'dispatch_timeout' and t.subject = w.key
        and t.minute >= r.since
    ) as t
    where t.count > 0
  `;
  return rows.flatMap(({ place, key, count }) => {
    const rule = wanted[place];
    return rule === undefined || !covers(rule.works, key) || count < rule.params.count
      ? []
      : found(rule, key, {
          kind: 'dispatch_timeout',
          work: key,
          count,
          windowSeconds: rule.params.windowSeconds,
        });
  });
}

/** A window begins with a whole minute. */
function rulesAndWindows(
  tx: Transaction,
  rules: readonly {
    readonly projectId: number;
    readonly params: { readonly windowSeconds: number };
  }[],
  now: Date,
) {
  const since = rules.map(({ params }) => {
    const from = now.getTime() - params.windowSeconds * 1_000;
    return new Date(Math.ceil(from / MINUTE_MS) * MINUTE_MS);
  });
  return tx`
    unnest(
      ${plain(rules.map((_, place) => place))}::text::int[],
      ${plain(rules.map(({ projectId }) => projectId))}::text::int[],
      ${times(since)}::text::timestamptz[]
    ) as r(place, project_id, since)
  `;
}
