/**
 * One look at everything that rules ask about. One at a time in the whole installation, in one transaction: events are taken, alerts written
 * and messages put into the outbox together or not at all, so a process that dies at any moment has neither lost nor repeated anything.
 *
 *     rules ──> findings (find/) ──> engine/alert/decide.ts, against the alerts that are open ──> rows ──> messages that are due ──> outbox
 */
import { asJson, type Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { uuidv7 } from '#db/uuid.ts';
import { firstDue, judgeAlert } from '#engine/alert/decide.ts';
import type { AlertFacts } from '#engine/alert/facts.ts';
import type { AlertKind, AlertState } from '#engine/alert/rule.ts';
import type { Context } from '../context.ts';
import { findDueChannels } from './outbox.ts';
import type { Found } from './find/found.ts';
import { findDeadLetters, findFailedInstances, MOST_EVENTS, takeEvents } from './find/happened.ts';
import { findDispatchTimeouts, findFailureRates, tally } from './find/rates.ts';
import { loadActiveRules, type ActiveRule } from './find/rules.ts';
import {
  findBacklogs,
  findDeadEndpoints,
  findFailingEndpoints,
  findMissingWorkers,
  findStuckTasks,
} from './find/standing.ts';
import { tellDue, tellResolved } from './tell.ts';

/** Any number, the same in every process. */
const ALERT_LOCK = 4_201_973_552_004n;

export type AlertCounts = {
  readonly events: number;
  readonly fired: number;
  readonly resolved: number;
  readonly messages: number;
};

/** Answers what came of it; null: another look is under way. */
export async function evaluateAlerts(
  ctx: Context,
  { publicUrl }: { readonly publicUrl: string },
): Promise<AlertCounts | null> {
  const counts = { events: 0, fired: 0, resolved: 0, messages: 0 };

  for (;;) {
    const look = await ctx.db.transaction((tx) => lookOnce(ctx, tx, publicUrl));
    if (look === null) {
      return null;
    }
    counts.events += look.events;
    counts.fired += look.fired;
    counts.resolved += look.resolved;
    counts.messages += look.messages;
    if (look.events < MOST_EVENTS) {
      return counts;
    }
  }
}

async function lookOnce(
  ctx: Context,
  tx: Transaction,
  publicUrl: string,
): Promise<AlertCounts | null> {
  const [lock] = await tx<{ had: boolean }[]>`
    select pg_try_advisory_xact_lock(${ALERT_LOCK.toString()}::bigint) as had
  `;
  if (!lock?.had) {
    return null;
  }
  const now = ctx.clock();
  const [rules, open, events] = await Promise.all([
    loadActiveRules(tx),
    loadOpen(tx),
    takeEvents(tx),
  ]);
  const findings = rules.length === 0 ? [] : await findAll(tx, rules, events, now);
  const { fired, resolved, told } = await settle(tx, { rules, open, findings, now });
  const messages =
    (await tellResolved(ctx, tx, { rules, alerts: told, publicUrl })) +
    (await tellDue(ctx, tx, { rules, publicUrl }));
  const channels = await findDueChannels(tx, now);

  await wake(
    tx,
    channels.map((payload) => ({ name: 'sendAlerts' as const, payload })),
  );
  return { events: events.length, fired, resolved, messages };
}

async function findAll(
  tx: Transaction,
  rules: readonly ActiveRule[],
  events: Awaited<ReturnType<typeof takeEvents>>,
  now: Date,
): Promise<Found[]> {
  await tally(tx, events, now);
  const found = await Promise.all([
    findFailedInstances(tx, rules, events),
    findFailureRates(tx, rules, now),
    findDispatchTimeouts(tx, rules, now),
    findStuckTasks(tx, rules, now),
    findBacklogs(tx, rules, now),
    findMissingWorkers(tx, rules, now),
    findDeadEndpoints(tx, rules),
    findFailingEndpoints(tx, rules, now),
  ]);
  return [...found.flat(), ...findDeadLetters(rules, events)];
}

type OpenRow = {
  readonly projectId: number;
  readonly id: string;
  readonly ruleId: string;
  readonly kind: AlertKind;
  readonly fingerprint: string;
  readonly state: Exclude<AlertState, 'resolved'>;
  readonly facts: AlertFacts;
  readonly count: number;
  readonly lastAt: Date;
  readonly dueAt: Date | null;
  readonly sentAt: Date | null;
  readonly told: boolean;
};

/** Few: one per thing that is wrong. */
function loadOpen(tx: Transaction) {
  return tx<OpenRow[]>`
    select
      project_id as "projectId", id, rule_id as "ruleId", kind, fingerprint, state, facts, count,
      last_at as "lastAt", due_at as "dueAt", sent_at as "sentAt",
      told_count > 0 as told
    from alert
    where state <> 'resolved'
  `;
}

type Settling = {
  readonly rules: readonly ActiveRule[];
  readonly open: readonly OpenRow[];
  readonly findings: readonly Found[];
  readonly now: Date;
};

/** Writes what the findings make of the alerts. `told`: ids of those whose channels are to hear that they are over. */
async function settle(
  tx: Transaction,
  { rules, open, findings, now }: Settling,
): Promise<{ fired: number; resolved: number; told: string[] }> {
  const quietOf = new Map(rules.map(({ id, quietSeconds }) => [id, quietSeconds * 1_000]));
  const byFingerprint = new Map(findings.map((one) => [keyOf(one.rule.projectId, one), one]));
  const renewed: object[] = [];
  const resolved: string[] = [];
  const told: string[] = [];

  for (const alert of open) {
    const key = keyOf(alert.projectId, alert);
    const finding = byFingerprint.get(key) ?? null;
    byFingerprint.delete(key);
    const verdict = judgeAlert(
      {
        ...alert,
        quietMs: quietOf.get(alert.ruleId) ?? 0,
        lastAt: alert.lastAt.getTime(),
        dueAt: alert.dueAt?.getTime() ?? null,
        sentAt: alert.sentAt?.getTime() ?? null,
      },
      finding,
      now.getTime(),
    );
    switch (verdict.type) {
      case 'nothing':
        break;
      case 'renew':
        renewed.push({
          project_id: alert.projectId,
          id: alert.id,
          facts: finding?.facts ?? alert.facts,
          count: verdict.count,
          last_at: new Date(verdict.lastAt),
          due_at: verdict.dueAt === null ? null : new Date(verdict.dueAt),
        });
        break;
      case 'resolve':
        resolved.push(alert.id);
        if (verdict.tell) {
          told.push(alert.id);
        }
    }
  }
  await renew(tx, renewed);
  await resolve(tx, resolved, now);
  await fire(tx, [...byFingerprint.values()], now);

  return { fired: byFingerprint.size, resolved: resolved.length, told };
}

function keyOf(projectId: number, { fingerprint }: { readonly fingerprint: string }): string {
  return `${projectId}:${fingerprint}`;
}

async function renew(tx: Transaction, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) {
    await tx`
      update alert a
      set facts = r.facts, count = r.count, last_at = r.last_at, due_at = r.due_at
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
        project_id int, id uuid, facts jsonb, count int, last_at timestamptz, due_at timestamptz
      )
      where a.project_id = r.project_id and a.id = r.id and a.state <> 'resolved'
    `;
  }
}

async function resolve(tx: Transaction, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length > 0) {
    await tx`
      update alert
      set state = 'resolved', resolved_at = ${now}, due_at = null
      where state <> 'resolved' and id = any(${[...ids]}::uuid[])
    `;
  }
}

/** The quiet period and the silence of a fingerprint span its alerts: one that comes back speaks no sooner. */
async function fire(tx: Transaction, fresh: readonly Found[], now: Date): Promise<void> {
  if (fresh.length === 0) {
    return;
  }
  const formers = await tx<{ place: number; sentAt: Date | null; silencedUntil: Date | null }[]>`
    select f.place::int - 1 as place, former.sent_at as "sentAt", former.silenced_until as "silencedUntil"
    from unnest(
      ${fresh.map(({ rule }) => rule.projectId)}::int[],
      ${fresh.map(({ fingerprint }) => fingerprint)}::text[]
    ) with ordinality as f(project_id, fingerprint, place)
    cross join lateral (
      select a.sent_at, a.silenced_until
      from alert a
      where a.project_id = f.project_id and a.fingerprint = f.fingerprint
      order by a.id desc
      limit 1
    ) as former
  `;
  const rows = fresh.map(({ rule, fingerprint, facts, count }, place) => {
    const former = formers.find((one) => one.place === place);
    const due = firstDue(
      former ? { sentAt: former.sentAt?.getTime() ?? null } : null,
      rule.quietSeconds * 1_000,
      now.getTime(),
    );
    return {
      project_id: rule.projectId,
      id: uuidv7(now),
      rule_id: rule.id,
      rule_name: rule.name,
      kind: rule.kind,
      level: rule.level,
      fingerprint,
      facts,
      count,
      due_at: new Date(due),
      sent_at: former?.sentAt ?? null,
      silenced_until: former?.silencedUntil ?? null,
    };
  });

  await tx`
    insert into alert (
      project_id, id, rule_id, rule_name, kind, level, fingerprint, state, facts, count, since,
      last_at, due_at, sent_at, silenced_until
    )
    select
      project_id, id, rule_id, rule_name, kind, level, fingerprint, 'firing', facts, count, ${now},
      ${now}, due_at, sent_at, silenced_until
    from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
      project_id int, id uuid, rule_id uuid, rule_name text, kind text, level text,
      fingerprint text, facts jsonb, count int, due_at timestamptz,
      sent_at timestamptz, silenced_until timestamptz
    )
  `;
}
