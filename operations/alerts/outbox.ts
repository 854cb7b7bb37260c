/**
 * The outbox of a channel. No transaction is open while a message is under way: take (commit), send, record (commit).
 *
 *     waiting ──takeMessages──> waiting, with a lease: due again in a minute
 *        ^                          │ recordSent ──> sent
 *        │                          ├──────────────> waiting: try again, ever later
 *        │                          └──────────────> dead: refused for good, or the last try failed
 *        └── the process died ──────┘
 *
 * So a message gets there at least once. It gets there twice only if a process dies between the answer and writing it down.
 */
import { asJson, type Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { pooled, spend, type Allowance } from '#engine/alert/allowance.ts';
import type { AlertMessage, ChannelTarget } from '#engine/alert/channel.ts';
import type { Json } from '#engine/json.ts';
import type { Context } from '../context.ts';

/** Longer than any send takes: see delivery/alerts/send.ts. */
const LEASE_MS = 60_000;
/** Messages of one look. */
const MOST_AT_ONCE = 20;
/** Before the tries behind the first one; after the last, the message is dead. Old news helps nobody: half a day in all. */
const BACKOFF_SECONDS = [5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600];

export type TakenMessage = {
  readonly id: string;
  readonly attempts: number;
  readonly content: AlertMessage;
};

export type Taken = {
  readonly target: ChannelTarget;
  readonly messages: readonly TakenMessage[];
};

/** Takes what may go now: as much as is due and the channel's allowance has room for. Null: there is no such channel, or it is off. */
export async function takeMessages(
  ctx: Context,
  { channelId }: { readonly channelId: string },
): Promise<Taken | null> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock();
    const robot = await lockRobot(ctx, tx, channelId);
    const channel = robot.find(({ id }) => id === channelId);
    if (channel === undefined) {
      return null;
    }
    const due = await tx<TakenMessage[]>`
      select id, attempts, content
      from alert_message
      where project_id = ${ctx.projectId} and channel_id = ${channelId} and status = 'waiting'
        and due_at <= ${now}
      order by due_at, id
      limit ${MOST_AT_ONCE}
    `;
    if (due.length === 0) {
      return { target: channel, messages: [] };
    }
    const { kind } = channel;
    const known = robot.map(({ allowance }) => allowance);
    const before = pooled(kind, known, now.getTime());
    const { granted, left, nextAt } = spend(kind, before, now.getTime(), due.length);
    const lease = new Date(now.getTime() + LEASE_MS);
    const taken = due.slice(0, granted);

    await tx`
      update alert_channel
      set allowance = ${asJson(left)}::text::jsonb
      where project_id = ${ctx.projectId} and id = any(${robot.map(({ id }) => id)}::uuid[])
    `;
    await postpone(
      ctx,
      tx,
      taken.map(({ id }) => id),
      lease,
    );
    if (granted < due.length) {
      await wakeSender(ctx, tx, channelId, new Date(nextAt));
    }

    return { target: channel, messages: taken };
  });
}

type RobotChannel = ChannelTarget & { readonly id: string; readonly allowance: Allowance };

/**
 * The channel, and all others that lead to the same URL: vendors count by the robot, not by who asks it. Whoever else sends to it waits
 * here, so that its allowance is spent by one at a time. No row: there is no such channel, or it is off.
 */
async function lockRobot(
  ctx: Context,
  tx: Transaction,
  channelId: string,
): Promise<RobotChannel[]> {
  return tx<RobotChannel[]>`
    select c.id, c.kind, c.settings, c.allowance
    from alert_channel own
    join alert_channel c on c.project_id = own.project_id
      and (c.id = own.id or c.kind = own.kind and c.settings ->> 'url' = own.settings ->> 'url')
    where own.project_id = ${ctx.projectId} and own.id = ${channelId} and own.enabled
    order by c.id
    for no key update of c
  `;
}

async function postpone(
  ctx: Context,
  tx: Transaction,
  ids: readonly string[],
  until: Date,
): Promise<void> {
  await tx`
    update alert_message
    set due_at = ${until}
    where project_id = ${ctx.projectId} and id = any(${[...ids]}::uuid[]) and status = 'waiting'
  `;
}

/** What came of sending one message. */
export type Sent = {
  readonly id: string;
  readonly verdict:
    | { readonly type: 'sent' }
    /** The vendor asks for patience: no failure, however often. */
    | { readonly type: 'wait'; readonly afterMs: number }
    | { readonly type: 'failed'; readonly final: boolean; readonly afterMs: number }
    /** This process stops: whatever became of it is not known. */
    | { readonly type: 'stopped' };
  /** What was sent, without secrets. */
  readonly request: Json;
  /** What came back, as it came. */
  readonly answer: string | null;
  /** What that means, in a sentence. */
  readonly result: string;
};

/** Writes down what came of messages that were taken. One that somebody else recorded meanwhile is left as it is. */
export async function recordSent(
  ctx: Context,
  { channelId, sent }: { readonly channelId: string; readonly sent: readonly Sent[] },
): Promise<void> {
  const known = sent.filter(({ verdict }) => verdict.type !== 'stopped');
  if (known.length === 0) {
    return;
  }
  const now = ctx.clock();
  const rows = known.map(({ id, verdict, request, answer, result }) => ({
    id,
    sent: verdict.type === 'sent',
    final: verdict.type === 'failed' && verdict.final,
    counts: verdict.type === 'failed',
    after_seconds: 'afterMs' in verdict ? verdict.afterMs / 1_000 : 0,
    request,
    answer,
    result,
  }));

  await ctx.db.transaction(async (tx) => {
    const [next] = await tx<{ at: Date | null }[]>`
      with result as (
        select
          r.*, m.attempts + r.counts::int as tries,
          -- Beyond the last of them there is none: null. Whoever tests a channel has the answer, and tries again himself.
          case when m.content ->> 'type' is distinct from 'test' then (${BACKOFF_SECONDS}::float8[])[m.attempts + 1] end
            as backoff
        from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
          id uuid, sent bool, final bool, counts bool, after_seconds float8, request jsonb,
          answer text, result text
        )
        join alert_message m on m.project_id = ${ctx.projectId} and m.id = r.id
      ),
      recorded as (
        update alert_message m
        set
          status = case
            when r.sent then 'sent'
            when r.final or (r.counts and r.backoff is null) then 'dead'
            else 'waiting'
          end,
          attempts = r.tries,
          due_at = ${now}::timestamptz + make_interval(
            secs => greatest(r.after_seconds, case when r.counts then r.backoff end, 0)
          ),
          request = r.request,
          answer = r.answer,
          result = r.result,
          sent_at = case when r.sent then ${now}::timestamptz end
        from result r
        where m.project_id = ${ctx.projectId} and m.id = r.id and m.status = 'waiting'
        returning m.status, m.due_at
      )
      select min(due_at) as at from recorded where status = 'waiting'
    `;
    if (next?.at) {
      await wakeSender(ctx, tx, channelId, next.at);
    }
  });
}

/** What is due later than the safety net looks is left to it: a wake-up that waits for hours would hold back one for now. */
const NET_MS = 10_000;

async function wakeSender(
  ctx: Context,
  tx: Transaction,
  channelId: string,
  runAt: Date,
): Promise<void> {
  if (runAt.getTime() - ctx.clock().getTime() <= NET_MS) {
    await wake(tx, [
      { name: 'sendAlerts', payload: { projectId: ctx.projectId, channelId }, runAt },
    ]);
  }
}

/** The safety net under the wake-ups: channels with messages that are due. */
export async function findDueChannels(
  tx: Transaction,
  now: Date,
): Promise<{ projectId: number; channelId: string }[]> {
  return tx<{ projectId: number; channelId: string }[]>`
    select c.project_id as "projectId", c.id as "channelId"
    from alert_channel c
    cross join lateral (
      select
      from alert_message m
      where m.project_id = c.project_id and m.channel_id = c.id and m.status = 'waiting'
        and m.due_at <= ${now}
      limit 1
    ) as due
    where c.enabled
  `;
}
