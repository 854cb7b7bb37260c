import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import type { Json } from '#engine/json.ts';
import { TASK_STATUSES, type TaskStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toInstant, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { deliveryColumns, deliveryOf, type DeliveryRow } from './delivery.ts';
import { findTask, type FoundTask } from './find.ts';
import { taskId } from './id.ts';
import type { Segment } from './task.ts';

export const listSegmentsInput = z.strictObject({
  status: z.enum(TASK_STATUSES).optional(),
  ...pageInput,
});

const cursorParts = z.tuple([z.int()]);

/** Outputs larger than this are left to the attempts: a list of segments is for looking over. */
const SHOWN_OUTPUT_BYTES = 2_048;

/** The segments of a fan-out in their order. Of a task that is none, or has not opened yet, there are none. */
export async function listSegments(
  ctx: Context,
  input: z.output<typeof listSegmentsInput> & { readonly id: string },
): Promise<Page<Segment> | Refusal> {
  const cursor = readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const found = await findTask(ctx, input.id);
  if (isRefusal(found)) {
    return found;
  }
  if (!found.nodes.state.fanouts.has(found.node)) {
    return { data: [], nextCursor: null };
  }

  const rows = await selectSegments(ctx.db.reads, found, {
    status: input.status ?? null,
    after: cursor?.[0] ?? -1,
    limit: input.limit + 1,
  });
  return toPage(
    rows,
    input.limit,
    ({ order }) => writeCursor([order]),
    (row) => segmentOf(found, row),
  );
}

type SegmentRow = DeliveryRow & {
  readonly order: number;
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly worker: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly output: Json | null;
};

/** A segment is live, or its last attempt says how it ended: the outcomes that are final have the names of statuses. */
async function selectSegments(
  sql: Queryable,
  { nodes, node }: FoundTask,
  wanted: { readonly status: TaskStatus | null; readonly after: number; readonly limit: number },
): Promise<SegmentRow[]> {
  const { status, after, limit } = wanted;
  const { total = 0, made = 0 } = nodes.state.fanouts.get(node) ?? {};
  // Nobody will let them go any more if the fan-out has ended.
  const waiting = nodes.state.nodes[node] === 'open' ? 'pending' : 'cancelled';
  // Of a fan-out that was started over with fewer items the attempts of the others are still there.
  const of = sql`
    a.project_id = ${nodes.projectId} and a.instance_id = ${nodes.instanceId} and a.node = ${node}
    and a.segment > ${after} and a.segment < ${total}
  `;

  return sql<SegmentRow[]>`
    -- Those whose turn has not come.
    with line as materialized (
      select (s.value ->> 0)::int as segment, (s.value ->> 1)::int as attempts
      from segment_queue q
      cross join lateral jsonb_array_elements(q.segments) with ordinality as s(value, place)
      where q.project_id = ${nodes.projectId} and q.instance_id = ${nodes.instanceId}
        and q.node = ${node}
        and q.first + s.place - 1 >= ${made}
        and (s.value ->> 0)::int > ${after}
    )
    (
      select
        a.segment as "order", a.status, a.attempt::int as attempts, a.worker,
        null as code, null as message, a.started_at as "startedAt",
        null::timestamptz as "finishedAt", null::jsonb as output, ${deliveryColumns(sql)}
      from task a
      where ${of} and (${status}::text is null or a.status = ${status})
      order by a.segment
      limit ${limit}
    )
    union all
    (
      select segment, ${waiting}, attempts, null, null, null, null, null, null, null, null
      from line
      where ${status}::text is null or ${status} = ${waiting}
      order by segment
      limit ${limit}
    )
    union all
    (
      select
        last.segment, last.outcome, last.number::int, last.worker,
        last.code, last.error ->> 'message', last.started_at, last.finished_at,
        case when pg_column_size(last.output) <= ${SHOWN_OUTPUT_BYTES} then last.output end,
        null, null
      from (
        select distinct on (a.segment) a.*
        from attempt a
        where ${of}
        order by a.segment, a.number desc
      ) as last
      where (${status}::text is null or last.outcome = ${status})
        and last.segment not in (select segment from line)
        and not exists (
          select from task t
          where t.project_id = ${nodes.projectId} and t.instance_id = ${nodes.instanceId}
            and t.node = ${node} and t.segment = last.segment
        )
      order by last.segment
      limit ${limit}
    )
    order by "order"
    limit ${limit}
  `;
}

function segmentOf({ nodes, plan }: FoundTask, row: SegmentRow): Segment {
  const { code, message, output, tries, deliveryError, ...segment } = row;

  return {
    ...segment,
    id: taskId(nodes.instanceId, plan.key, row.order),
    delivery: deliveryOf({ tries, deliveryError }),
    error: code === null ? null : { code, message: message ?? code },
    startedAt: toInstant(row.startedAt),
    finishedAt: toInstant(row.finishedAt),
    ...(output !== null && { output }),
  };
}
