/**
 * Sending, as far as the rows go. A claim leaves a due time behind: if whoever claimed dies before it records, the same notification is
 * sent again, with the same `webhook-id`.
 *
 *     pending, due ──claim──> pending, due at the end of the lease ──settle──> delivered | pending, due at the next try | dead
 */
import { plain, texts, times, jsons } from '#db/columns.ts';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { JsonObject } from '#engine/json.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { recordDeadLetters } from '../alerts/events.ts';
import type { Context } from '../context.ts';
import { ensureSecrets } from '../works/ensure_secrets.ts';
import { raiseEvent } from './raise.ts';
import type { NotificationType } from './events.ts';

/** Longer than a request may take. */
const LEASE_MS = 60_000;

/** A notification that is to be sent now. */
export type DueNotification = {
  readonly id: string;
  readonly webhookId: string;
  readonly type: NotificationType;
  readonly instanceId: string | null;
  readonly data: JsonObject;
  readonly at: Date;
  /** Number of this try, of all ever. */
  readonly attempt: number;
  /** The same, since it was last asked for. */
  readonly tries: number;
  readonly url: string;
  readonly secrets: readonly string[];
  /** Null: its URL came with an instance. */
  readonly endpointId: string | null;
};

type Row = Omit<DueNotification, 'secrets'> & { readonly secrets: readonly string[] | null };

/** Takes up to `max` notifications of one target that are due, the longest due first. Those of an endpoint that is off stay. */
export async function claimNotifications(
  ctx: Context,
  { target, max }: { readonly target: string; readonly max: number },
): Promise<DueNotification[]> {
  const now = ctx.clock();
  const rows = await ctx.db.sql<Row[]>`
    with due as (
      select n.id, coalesce(e.url, n.url) as url, e.secrets
      from notification n
      left join endpoint e on e.project_id = n.project_id and e.id = n.endpoint_id
      where n.project_id = ${ctx.projectId} and n.target = ${target} and n.status = 'pending'
        and n.due_at <= ${now}
        -- A ping finds out whether an endpoint that is off would answer.
        and (n.url is not null or e.enabled or e.id is not null and n.type = 'ping')
      order by n.due_at
      limit ${max}
      for update of n skip locked
    )
    update notification n
    set
      due_at = ${new Date(now.getTime() + LEASE_MS)},
      attempts = n.attempts + 1,
      tries = n.tries + 1
    from due
    where n.project_id = ${ctx.projectId} and n.id = due.id
    returning
      n.id::text, n.webhook_id as "webhookId", n.type, n.instance_id as "instanceId", n.data, n.at,
      n.attempts as attempt, n.tries, due.url, due.secrets, n.endpoint_id as "endpointId"
  `;
  const ownSecrets = rows.some(({ secrets }) => secrets === null)
    ? await ensureSecrets(ctx, INTERNAL_WORKS.notify)
    : [];

  return rows.map((row) => ({ ...row, secrets: row.secrets ?? ownSecrets }));
}

/** What came of a try. */
export type Tried =
  /** The receiver has it. */
  | { readonly type: 'delivered' }
  | { readonly type: 'again'; readonly at: Date; readonly error: string }
  | { readonly type: 'dead'; readonly error: string }
  /** The receiver says that it is gone for good. */
  | { readonly type: 'gone'; readonly error: string }
  /** Nothing is known: the process that sent it stops. */
  | { readonly type: 'cut_off' };

export type SettledTry = {
  readonly notification: DueNotification;
  readonly tried: Tried;
  /** For the log, without secrets. */
  readonly at: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly request: JsonObject;
  readonly response: JsonObject | null;
};

export type SettleOptions = {
  /** An endpoint to which nothing got through for so long is switched off. */
  readonly disableAfterMs: number;
};

/** Records tries. One that was recorded before, or whose lease was taken over meanwhile, changes nothing. */
export async function settleNotifications(
  ctx: Context,
  settled: readonly SettledTry[],
  options: SettleOptions,
): Promise<void> {
  if (settled.length === 0) {
    return;
  }
  const now = ctx.clock();

  await ctx.db.transaction(async (tx) => {
    await Promise.all([writeOutcomes(ctx, tx, settled, now), writeLog(ctx, tx, settled)]);
    await writeHealth(ctx, tx, settled, now, options);
  });
}

async function writeOutcomes(
  ctx: Context,
  tx: Transaction,
  settled: readonly SettledTry[],
  now: Date,
): Promise<void> {
  const rows = settled
    .map(({ notification: { id, attempt }, tried }) => ({ id, attempt, ...outcomeOf(tried, now) }))
    .toSorted((one, other) => Number(one.id) - Number(other.id));

  const written = await tx<
    { status: string; receiver: string; instanceId: string | null; error: string | null }[]
  >`
    update notification n
    set
      status = r.status,
      due_at = r.due_at,
      error = r.error,
      attempts = n.attempts - r.undo,
      tries = n.tries - r.undo,
      finished_at = case when r.status <> 'pending' then ${now}::timestamptz end
    from unnest(
      ${plain(rows.map(({ id }) => id))}::text::bigint[],
      ${plain(rows.map(({ attempt }) => attempt))}::text::int[],
      ${plain(rows.map(({ status }) => status))}::text::text[],
      ${times(rows.map(({ dueAt }) => dueAt))}::text::timestamptz[],
      ${texts(rows.map(({ error }) => error))}::text::text[],
      ${plain(rows.map(({ undo }) => undo))}::text::int[],
      ${plain(rows.map(() => ctx.projectId))}::text::int[]
    ) as r(id, attempt, status, due_at, error, undo, project_id)
    where n.project_id = r.project_id and n.id = r.id and n.attempts = r.attempt
      -- Pending, said so that Postgres does not look for it among all that are.
      and n.due_at is not null
    returning
      n.status, n.instance_id as "instanceId", n.error,
      coalesce(
        (select e.name from endpoint e where e.project_id = n.project_id and e.id = n.endpoint_id),
        n.target
      ) as receiver
  `;
  await recordDeadLetters(
    ctx,
    tx,
    written
      .filter(({ status }) => status === 'dead')
      .map(({ receiver: subject, instanceId, error: message }) => ({
        projectId: ctx.projectId,
        of: 'notification',
        subject,
        instanceId,
        message,
      })),
  );
}

function outcomeOf(tried: Tried, now: Date) {
  switch (tried.type) {
    case 'delivered':
      return { status: 'delivered', dueAt: null, error: null, undo: 0 };
    case 'again':
      return { status: 'pending', dueAt: tried.at, error: tried.error, undo: 0 };
    case 'dead':
    case 'gone':
      return { status: 'dead', dueAt: null, error: tried.error, undo: 0 };
    case 'cut_off':
      return { status: 'pending', dueAt: now, error: null, undo: 1 };
  }
}

async function writeLog(
  ctx: Context,
  tx: Transaction,
  settled: readonly SettledTry[],
): Promise<void> {
  const rows = settled.filter(({ tried }) => tried.type !== 'cut_off');

  await tx`
    insert into delivery (
      project_id, notification_id, number, at, duration_ms, status, error, request, response
    )
    select
      n.project_id, n.id, r.number, r.at, r.duration_ms, r.status, r.error, r.request, r.response
    from unnest(
      ${plain(rows.map(() => ctx.projectId))}::text::int[],
      ${plain(rows.map(({ notification }) => notification.id))}::text::bigint[],
      ${plain(rows.map(({ notification }) => notification.attempt))}::text::int[],
      ${times(rows.map(({ at }) => at))}::text::timestamptz[],
      ${plain(rows.map(({ durationMs }) => durationMs))}::text::int[],
      ${plain(rows.map(({ status }) => status))}::text::smallint[],
      ${texts(rows.map(({ tried }) => ('error' in tried ? tried.error : null)))}::text::text[],
      ${jsons(rows.map(({ request }) => request))}::text::jsonb[],
      ${jsons(rows.map(({ response }) => response))}::text::jsonb[]
    ) as r(project_id, id, number, at, duration_ms, status, error, request, response)
    -- Absent: it was forgotten meanwhile, with its log.
    join notification n on n.project_id = r.project_id and n.id = r.id
    on conflict do nothing
  `;
}

/** Keeps how an endpoint does: since when nothing gets through, and whether it is switched off for that. */
async function writeHealth(
  ctx: Context,
  tx: Transaction,
  settled: readonly SettledTry[],
  now: Date,
  options: SettleOptions,
): Promise<void> {
  for (const [id, tries] of Map.groupBy(settled, ({ notification }) => notification.endpointId)) {
    const [before] = await tx<EndpointHealth[]>`
      select name, enabled, failing_since as "failingSince"
      from endpoint
      where project_id = ${ctx.projectId} and id = ${id}
      for no key update
    `;
    if (before !== undefined) {
      const after = judgeHealth(
        before,
        new Set(tries.map(({ tried }) => tried.type)),
        now,
        options,
      );
      await writeVerdict(ctx, tx, { id, before, after, now });
    }
  }
}

type EndpointHealth = {
  readonly name: string;
  readonly enabled: boolean;
  readonly failingSince: Date | null;
};

type HealthVerdict = {
  readonly failingSince: Date | null;
  /** Why it is switched off; null: it is not. */
  readonly off: 'gone' | 'failing' | null;
};

/** Anything that got through shows that an endpoint is there, whatever else failed. */
function judgeHealth(
  { enabled, failingSince }: EndpointHealth,
  tries: ReadonlySet<Tried['type']>,
  now: Date,
  { disableAfterMs }: SettleOptions,
): HealthVerdict {
  if (tries.has('gone')) {
    return { failingSince: failingSince ?? now, off: enabled ? 'gone' : null };
  }
  if (tries.has('delivered')) {
    return { failingSince: null, off: null };
  }
  if (!tries.has('again') && !tries.has('dead')) {
    return { failingSince, off: null };
  }
  const since = failingSince ?? now;
  const tooLong = now.getTime() - since.getTime() >= disableAfterMs;

  return { failingSince: since, off: enabled && tooLong ? 'failing' : null };
}

async function writeVerdict(
  ctx: Context,
  tx: Transaction,
  {
    id,
    before,
    after: { failingSince, off },
    now,
  }: {
    readonly id: string | null;
    readonly before: EndpointHealth;
    readonly after: HealthVerdict;
    readonly now: Date;
  },
): Promise<void> {
  if (off === null && failingSince?.getTime() === before.failingSince?.getTime()) {
    return;
  }
  await tx`
    update endpoint
    set
      failing_since = ${failingSince},
      enabled = enabled and ${off === null},
      disabled_reason = coalesce(${off}, disabled_reason),
      disabled_at = case when ${off !== null} then ${now} else disabled_at end
    where project_id = ${ctx.projectId} and id = ${id}
  `;
  if (off !== null) {
    const data = { endpointId: id, name: before.name, reason: off };
    const event = { projectId: ctx.projectId, type: 'endpoint.disabled', data } as const;
    await wake(tx, await raiseEvent(tx, event, now));
    ctx.log.warn({ endpoint: id, name: before.name, reason: off }, 'Switched an endpoint off');
  }
}
