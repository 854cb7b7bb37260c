import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { retryPolicy, timeouts, workKey } from '#engine/definition.ts';
import { jsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { instant, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { outOfReach, reach, reachColumns, type ReachRow } from './reach.ts';

export const DELIVERIES = ['pull', 'push'] as const;

export const rate = z
  .strictObject({
    limit: z.int().min(1).max(1_000_000),
    perSeconds: z.number().positive().max(86_400),
  })
  .meta({
    description:
      'a bucket of `limit` hand-outs that fills evenly within `perSeconds`: after a rest so many at once, then one by one',
  });

export const work = z
  .object({
    key: workKey,
    name: z.string(),
    description: z.string(),
    delivery: z.enum(DELIVERIES).meta({ description: 'workers claim its tasks, or are sent them' }),
    url: z.string().nullable().meta({ description: 'where a pushed work is sent' }),
    requestSeconds: z.number().meta({ description: 'how long a push may take to be answered' }),
    requestConcurrency: z.int().meta({ description: 'pushes under way at once, per process' }),
    startReport: z
      .boolean()
      .meta({ description: 'a hand-out is not yet a start: the worker reports when it begins' }),
    timeouts,
    retry: retryPolicy.nullable(),
    maxConcurrent: z.int().meta({ description: 'tasks handed out at once; 0: no limit' }),
    rate: rate.nullable(),
    inputSchema: jsonObject
      .nullable()
      .meta({ description: 'JSON Schema that describes the input, for people; not enforced' }),
    outputSchema: jsonObject
      .nullable()
      .meta({ description: 'JSON Schema that an output must satisfy, or the attempt fails' }),
    ready: z.int().meta({ description: 'tasks waiting for a worker; counted up to 10,000' }),
    running: z.int().meta({ description: 'tasks handed out; counted up to 10,000' }),
    lastClaimAt: instant.nullable().meta({ description: 'when a worker last asked for its tasks' }),
    outOfReach: z
      .object({
        since: instant.nullable(),
        deliveries: z.int().meta({ description: 'the most that one task was pushed in vain' }),
        message: z.string().nullable().meta({ description: 'why the last of these was in vain' }),
      })
      .nullable()
      .meta({
        description:
          'tasks wait, and nobody has asked for any for a minute, or three pushes of one were in vain',
      }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Work', description: 'A reusable kind of task and how it is delivered.' });

export type Work = z.infer<typeof work>;

type WorkRow = ReachRow &
  Omit<Work, 'timeouts' | 'rate' | 'lastClaimAt' | 'outOfReach' | 'createdAt' | 'updatedAt'> & {
    readonly dispatchSeconds: number | null;
    readonly dispatchMode: 'overtaken' | 'absolute';
    readonly runSeconds: number | null;
    readonly heartbeatSeconds: number | null;
    readonly totalSeconds: number | null;
    readonly rateLimit: number | null;
    readonly rateSeconds: number | null;
    readonly createdAt: Date;
    readonly updatedAt: Date;
  };

/**
 * Works by key, with their counts. Ready tasks are counted in the index of the claim. Tasks under way are found by their timeouts
 * (`task_due`): nearly all have one, and the few that are dispatched without any are counted once they start.
 */
export async function selectWorks(
  ctx: Context,
  sql: Queryable,
  wanted: { key: string } | { after: string; limit: number },
): Promise<Work[]> {
  const which = 'key' in wanted ? sql`w.key = ${wanted.key}` : sql`w.key > ${wanted.after}`;

  const rows = await sql<WorkRow[]>`
    with under_way as materialized (
      select work, count(*)::int as count
      from (
        select work
        from task
        where project_id = ${ctx.projectId} and due_at is not null
          and status in ('dispatched', 'running')
        limit 100000
      ) as counted
      group by work
    )
    select
      w.key, w.name, w.description, w.delivery, w.url, w.start_report as "startReport",
      w.request_seconds as "requestSeconds", w.request_concurrency as "requestConcurrency",
      w.dispatch_seconds as "dispatchSeconds", w.dispatch_mode as "dispatchMode",
      w.run_seconds as "runSeconds", w.heartbeat_seconds as "heartbeatSeconds",
      w.total_seconds as "totalSeconds", w.retry, w.max_concurrent as "maxConcurrent",
      w.rate_limit as "rateLimit", w.rate_seconds as "rateSeconds",
      w.input_schema as "inputSchema", w.output_schema as "outputSchema",
      ready.count as ready,
      least(coalesce(under_way.count, 0), 10000) as running,
      pulse.claimed_at as "lastClaimAt", ${reachColumns(sql)},
      w.created_at as "createdAt", w.updated_at as "updatedAt"
    from work w
    left join work_pulse pulse on pulse.project_id = w.project_id and pulse.work = w.key
    left join under_way on under_way.work = w.key
    cross join lateral (
      select count(*)::int as count
      from (
        select from task t
        where t.project_id = w.project_id and t.work = w.key and t.status = 'ready' and not t.held
        limit 10000
      ) as counted
    ) as ready
    ${reach(sql)}
    -- What Latchwork runs itself is nobody's to look after.
    where w.project_id = ${ctx.projectId} and w.delivery <> 'internal' and ${which}
    order by w.key
    limit ${'key' in wanted ? 1 : wanted.limit}
  `;

  return rows.map((row) => workOf(row, ctx.clock()));
}

function workOf(row: WorkRow, now: Date): Work {
  const { dispatchSeconds, dispatchMode, runSeconds, heartbeatSeconds, totalSeconds, ...rest } =
    row;
  const { rateLimit, rateSeconds, waitsSince, deliveries, vainSince, vainMessage, ...work } = rest;

  return {
    ...work,
    timeouts: {
      ...(dispatchSeconds !== null && { dispatchSeconds }),
      ...(dispatchMode === 'absolute' && { dispatchMode }),
      ...(runSeconds !== null && { runSeconds }),
      ...(heartbeatSeconds !== null && { heartbeatSeconds }),
      ...(totalSeconds !== null && { totalSeconds }),
    },
    rate:
      rateLimit === null || rateSeconds === null
        ? null
        : { limit: rateLimit, perSeconds: rateSeconds },
    lastClaimAt: toInstant(row.lastClaimAt),
    outOfReach: outOfReach({ ...work, waitsSince, deliveries, vainSince, vainMessage }, now),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function noWork(key: string): Refusal {
  return refuse('not_found', `There is no work "${key}".`, { facts: { work: key } });
}
