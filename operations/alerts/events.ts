/**
 * What happened, for rules that must not miss any of it: written where it happens, in the same transaction, so that it is known if and only
 * if it is true. A cursor over finished instances was not taken: a commit that comes late would slip in behind it, and no index has
 * instances in the order of their ends.
 *
 * Nothing is written unless a rule asks for it. Failures are rare: the statement itself asks the rules. Successes are not: they are only
 * recorded for failure rates, and whether there is such a rule is remembered for a few seconds, so that reports pay nothing without one.
 */
import type { Database, Transaction } from '#db/database.ts';
import { plain, texts } from '#db/columns.ts';
import type { AlertKind } from '#engine/alert/rule.ts';
import type { Context } from '../context.ts';

/** Instances named per event: enough for every message. */
const MOST_NAMED = 5;
/** A new rule for failure rates begins to count within this. */
const REMEMBERED_MS = 5_000;

const counting = new WeakMap<Database, { readonly value: boolean; readonly until: number }>();

export type Ended = {
  readonly projectId: number;
  readonly instanceId: string;
  readonly workflowId: number;
  readonly status: 'succeeded' | 'failed';
};

/** Instances that ended in this transaction. */
export async function recordEnds(
  ctx: Context,
  tx: Transaction,
  ended: readonly Ended[],
): Promise<void> {
  const failed = ended.filter(({ status }) => status === 'failed');
  const counted = ended.length > 0 && (await isCounting(ctx, tx)) ? ended : failed;
  const byWorkflow = Map.groupBy(counted, (one) => `${one.projectId}:${one.workflowId}`);

  await insert(
    ctx,
    tx,
    [...byWorkflow.values()].flatMap((group) => {
      const [first] = group;
      const lost = group.filter(({ status }) => status === 'failed');
      return first === undefined
        ? []
        : {
            projectId: first.projectId,
            type: 'ended' as const,
            subject: String(first.workflowId),
            succeeded: group.length - lost.length,
            failed: lost.length,
            instances: lost.slice(-MOST_NAMED).map(({ instanceId }) => instanceId),
            message: null,
          };
    }),
  );
}

/** Asked in the caller's own transaction: to wait for another one's answer could be to wait for a lock that this one holds. */
async function isCounting(ctx: Context, tx: Transaction): Promise<boolean> {
  const now = ctx.clock().getTime();
  const known = counting.get(ctx.db);
  if (known !== undefined && known.until > now) {
    return known.value;
  }
  const rows = await tx`
    select from alert_rule where kind = 'failure_rate' and enabled limit 1
  `;
  const value = rows.length > 0;
  counting.set(ctx.db, { value, until: now + REMEMBERED_MS });
  return value;
}

/** Hand-outs that were lost, by the key of their work. */
export function recordDispatchTimeouts(
  ctx: Context,
  tx: Transaction,
  lost: readonly { readonly projectId: number; readonly work: string }[],
): Promise<void> {
  const byWork = Map.groupBy(lost, ({ projectId, work }) => `${projectId}:${work}`);

  return insert(
    ctx,
    tx,
    [...byWork.values()].flatMap((group) => {
      const [first] = group;
      return first === undefined
        ? []
        : {
            projectId: first.projectId,
            type: 'dispatch_timeout' as const,
            subject: first.work,
            succeeded: 0,
            failed: group.length,
            instances: [],
            message: null,
          };
    }),
  );
}

export type DeadLetter = {
  readonly projectId: number;
  /** `push`: an endpoint refused a task for good. `notification`: the last try of one failed, or its endpoint was switched off. */
  readonly of: 'push' | 'notification';
  /** The work, or the receiver: never a URL with a secret. */
  readonly subject: string;
  readonly instanceId: string | null;
  readonly message: string | null;
};

/** Deliveries that were given up in this transaction. */
export function recordDeadLetters(
  ctx: Context,
  tx: Transaction,
  letters: readonly DeadLetter[],
): Promise<void> {
  const bySubject = Map.groupBy(letters, (one) => `${one.projectId}:${one.of}:${one.subject}`);

  return insert(
    ctx,
    tx,
    [...bySubject.values()].flatMap((group) => {
      const last = group.at(-1);
      return last === undefined
        ? []
        : {
            projectId: last.projectId,
            type: last.of === 'push' ? ('dead_push' as const) : ('dead_notification' as const),
            subject: last.subject,
            succeeded: 0,
            failed: group.length,
            instances: group
              .slice(-MOST_NAMED)
              .flatMap(({ instanceId }) => (instanceId === null ? [] : [instanceId])),
            message: last.message,
          };
    }),
  );
}

export type AlertEventType = keyof typeof ASKED_BY;

/** The rules that events are kept for. */
const ASKED_BY = {
  ended: ['instance_failed', 'failure_rate'],
  dispatch_timeout: ['dispatch_timeout'],
  dead_push: ['dead_letter'],
  dead_notification: ['dead_letter'],
} as const satisfies Record<string, readonly AlertKind[]>;

export type AlertEvent = {
  readonly projectId: number;
  readonly type: AlertEventType;
  readonly subject: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly instances: readonly string[];
  readonly message: string | null;
};

async function insert(ctx: Context, tx: Transaction, events: readonly AlertEvent[]): Promise<void> {
  const [first] = events;
  if (first === undefined) {
    return;
  }

  await tx`
    insert into alert_event (project_id, type, subject, at, succeeded, failed, instances, message)
    select e.project_id, e.type, e.subject, ${ctx.clock()}, e.succeeded, e.failed, e.instances::uuid[], e.message
    from unnest(
      ${plain(events.map((event) => event.projectId))}::text::int[],
      ${plain(events.map((event) => event.type))}::text::text[],
      ${texts(events.map((event) => event.subject))}::text::text[],
      ${plain(events.map((event) => event.succeeded))}::text::int[],
      ${plain(events.map((event) => event.failed))}::text::int[],
      ${texts(events.map((event) => plain(event.instances)))}::text::text[],
      ${texts(events.map((event) => event.message))}::text::text[]
    ) as e(project_id, type, subject, succeeded, failed, instances, message)
    where exists (
      select
      from alert_rule r
      where r.project_id = e.project_id and r.enabled
        and r.kind = any(${[...ASKED_BY[first.type]]}::text[])
    )
  `;
}
