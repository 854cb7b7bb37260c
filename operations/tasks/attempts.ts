import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { NO_SEGMENT } from '#db/hot/tasks.ts';
import type { Json } from '#engine/json.ts';
import type { AttemptOutcome } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toInstant, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { findTask, type FoundTask } from './find.ts';
import type { Attempt } from './task.ts';

export const listAttemptsInput = z.strictObject({
  segment: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'of this segment of a fan-out only' }),
  ...pageInput,
});

const cursorParts = z.tuple([z.int(), z.int()]);

/** The attempts of a task, the newest first; of a fan-out, segment by segment. One that is live comes with `outcome` null. */
export async function listAttempts(
  ctx: Context,
  input: z.output<typeof listAttemptsInput> & { readonly id: string },
): Promise<Page<Attempt> | Refusal> {
  const cursor = readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const found = await findTask(ctx, input.id);
  if (isRefusal(found)) {
    return found;
  }
  if (!found.runnable) {
    return { data: [], nextCursor: null };
  }

  const rows = await selectAttempts(ctx.db.reads, found, {
    segment: input.segment ?? null,
    after: cursor,
    limit: input.limit + 1,
  });
  return toPage(
    rows,
    input.limit,
    ({ segment, number }) => writeCursor([segment, number]),
    attemptOf,
  );
}

type AttemptRow = {
  readonly number: number;
  readonly segment: number;
  readonly outcome: AttemptOutcome | null;
  readonly code: string | null;
  readonly error: Attempt['error'];
  readonly input: Json | null;
  readonly output: Json | null;
  readonly worker: string | null;
  readonly childId: string | null;
  readonly remote: Json | null;
  readonly dispatchedAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
};

/** Both halves come off their primary keys in this order, so a page reads a page. */
export async function selectAttempts(
  sql: Queryable,
  { nodes, node }: FoundTask,
  wanted: {
    readonly segment: number | null;
    readonly after: readonly [number, number] | null;
    readonly limit: number;
  },
): Promise<AttemptRow[]> {
  const [segment, number] = wanted.after ?? [NO_SEGMENT, 32_767];
  const of = sql`
    a.project_id = ${nodes.projectId} and a.instance_id = ${nodes.instanceId} and a.node = ${node}
    and a.segment >= ${segment}
    ${wanted.segment === null ? sql`` : sql`and a.segment = ${wanted.segment}`}
  `;

  return sql<AttemptRow[]>`
    (
      select
        a.attempt as number, a.segment, null as outcome, null as code, null::jsonb as error,
        a.input, null::jsonb as output, a.worker, a.child_id as "childId", a.remote,
        a.dispatched_at as "dispatchedAt", a.started_at as "startedAt", null::timestamptz as "finishedAt"
      from task a
      where ${of} and a.token is not null and a.status in ('dispatched', 'running')
        and (a.segment > ${segment} or a.attempt < ${number})
      order by a.segment
      limit ${wanted.limit}
    )
    union all
    (
      select
        a.number, a.segment, a.outcome, a.code, a.error,
        a.input, a.output, a.worker, a.child_id, a.remote, a.dispatched_at, a.started_at, a.finished_at
      from attempt a
      where ${of} and (a.segment > ${segment} or a.number < ${number})
      order by a.segment, a.number desc
      limit ${wanted.limit}
    )
    order by segment, number desc
    limit ${wanted.limit}
  `;
}

export function attemptOf(row: AttemptRow): Attempt {
  return {
    ...row,
    segment: row.segment === NO_SEGMENT ? null : row.segment,
    dispatchedAt: toInstant(row.dispatchedAt),
    startedAt: toInstant(row.startedAt),
    finishedAt: toInstant(row.finishedAt),
  };
}
