import type { NodeRecord } from '#engine/advance.ts';
import type { Json } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode } from '#engine/states.ts';
import { jsons, plain } from '../columns.ts';
import { asJson, type Queryable, type Transaction } from '../database.ts';
import type { Fragment } from './rows.ts';
import type { NodeKey, WaitingSegment } from './segments.ts';
import { NO_SEGMENT, type AttemptKey } from './tasks.ts';

/**
 * Outputs of finished nodes, for expressions that read them. A fan-out's is the list of its segments' outputs in their order, null
 * where one failed and was tolerated. `segments`: how many a fan-out has now, since it may have had more before it was started over;
 * null of everything else, and of a fan-out whose output a person gave.
 */
export async function loadOutputs(
  tx: Queryable,
  nodes: readonly (NodeKey & { readonly segments: number | null })[],
): Promise<(NodeKey & { readonly output: Json | null })[]> {
  return tx<(NodeKey & { output: Json | null })[]>`
    select
      n.project_id as "projectId",
      n.instance_id as "instanceId",
      n.node,
      case when bool_or(last.segment >= 0)
        then jsonb_agg(last.output order by last.segment)
        else (array_agg(last.output))[1]
      end as output
    from unnest(
      ${nodes.map((key) => key.projectId)}::int[],
      ${nodes.map((key) => key.instanceId)}::uuid[],
      ${nodes.map((key) => key.node)}::smallint[],
      ${nodes.map((key) => key.segments)}::int[]
    ) as n(project_id, instance_id, node, segments)
    cross join lateral (
      -- An output that did not fit its schema stays in the trace, but counts for none.
      select distinct on (a.segment)
        a.segment, case when a.outcome = 'succeeded' then a.output end as output
      from attempt a
      where a.project_id = n.project_id and a.instance_id = n.instance_id and a.node = n.node
        and case when n.segments is null
          -- Not a fan-out's own failure, by an expression, before it was retried.
          then a.segment = ${NO_SEGMENT} and a.outcome = 'succeeded'
          else a.segment >= 0 and a.segment < n.segments
        end
      order by a.segment, a.number desc
    ) as last
    group by n.project_id, n.instance_id, n.node
  `;
}

export type EndedAttempt = {
  readonly place: number;
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
};

/**
 * How attempts that are no longer live ended; those that never were, or whose token is wrong, are not in the answer. One whose node has
 * another place since its run was moved to another version is found by its token, among all attempts of the instance.
 */
export async function findEnded(
  sql: Queryable,
  attempts: readonly AttemptKey[],
): Promise<EndedAttempt[]> {
  const found = await selectEnded(sql, attempts, sql`and a.node = r.node`);
  const places = new Set(found.map(({ place }) => place));
  const left = [...attempts.entries()].filter(([place]) => !places.has(place));
  if (left.length === 0) {
    return found;
  }
  const moved = await selectEnded(
    sql,
    left.map(([, attempt]) => attempt),
    sql``,
  );
  return [...found, ...moved.map((one) => ({ ...one, place: left[one.place]?.[0] ?? -1 }))];
}

function selectEnded(sql: Queryable, attempts: readonly AttemptKey[], place: Fragment) {
  return sql<EndedAttempt[]>`
    select r.place::int - 1 as place, a.outcome, a.code
    from unnest(
      ${attempts.map((key) => key.projectId)}::int[],
      ${attempts.map((key) => key.instanceId)}::uuid[],
      ${attempts.map((key) => key.node)}::smallint[],
      ${attempts.map((key) => key.segment)}::int[],
      ${attempts.map((key) => key.attempt)}::int[],
      ${attempts.map((key) => key.token)}::uuid[]
    ) with ordinality as r(project_id, instance_id, node, segment, number, token, place)
    -- As in rows.ts.
    join attempt a
      on a.project_id = any(array[r.project_id])
      and a.instance_id = r.instance_id
      ${place}
      and a.segment = r.segment
      and a.number = r.number
      and a.token = r.token
  `;
}

/** An attempt that no worker was handed, as it is to be kept. `worker`: who ended it, if it was a person. */
export type OwnAttempt = NodeKey & NodeRecord & { readonly worker?: string | null };

/** Nodes that ended without a worker: by an expression, by a signal that had come before, by a person. */
export function recordAttempts(tx: Transaction, attempts: readonly OwnAttempt[], now: Date) {
  const rows = attempts.map((attempt) => ({
    project_id: attempt.projectId,
    instance_id: attempt.instanceId,
    node: attempt.node,
    outcome: attempt.outcome,
    worker: attempt.worker ?? null,
    ...(attempt.outcome === 'failed'
      ? { code: attempt.code, error: { message: attempt.message } }
      : { output: attempt.output }),
  }));

  return tx`
    insert into attempt (
      project_id, instance_id, node, segment, number, outcome, code, error, output, worker,
      finished_at
    )
    select
      r.project_id, r.instance_id, r.node, ${NO_SEGMENT},
      coalesce(
        (
          select max(a.number)
          from attempt a
          where a.project_id = r.project_id and a.instance_id = r.instance_id
            and a.node = r.node and a.segment = ${NO_SEGMENT}
        ),
        0
      ) + 1,
      r.outcome, r.code, r.error, r.output, r.worker, ${now}
    from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
      project_id int, instance_id uuid, node smallint, outcome text, code text, error jsonb,
      output jsonb, worker text
    )
  `;
}

/**
 * The segments of fan-outs whose last attempt did not succeed, with what it takes to run them again; those that never were made into tasks
 * are not among them.
 */
export async function findUnfinishedSegments(
  tx: Transaction,
  nodes: readonly (NodeKey & { readonly segments: number })[],
): Promise<(NodeKey & WaitingSegment)[]> {
  return tx<(NodeKey & WaitingSegment)[]>`
    select
      n.project_id as "projectId",
      n.instance_id as "instanceId",
      n.node,
      last.segment,
      last.number as attempt,
      last.input
    from unnest(
      ${nodes.map((key) => key.projectId)}::int[],
      ${nodes.map((key) => key.instanceId)}::uuid[],
      ${nodes.map((key) => key.node)}::smallint[],
      ${nodes.map((key) => key.segments)}::int[]
    ) as n(project_id, instance_id, node, segments)
    cross join lateral (
      select distinct on (a.segment) a.segment, a.number, a.input, a.outcome
      from attempt a
      where a.project_id = n.project_id and a.instance_id = n.instance_id and a.node = n.node
        and a.segment >= 0 and a.segment < n.segments
      order by a.segment, a.number desc
    ) as last
    where last.outcome <> 'succeeded'
    order by n.instance_id, n.node, last.segment
  `;
}

/** Makes failures of attempts that were traced as successes a moment ago, in the same transaction; answers their inputs. */
export function failTraces(
  tx: Transaction,
  attempts: readonly (AttemptKey & {
    readonly code: FailureCode | null;
    readonly error: unknown;
  })[],
) {
  return tx<{ place: number; input: Json | null }[]>`
    update attempt a
    set outcome = 'failed', code = r.code, error = r.error
    from unnest(
      ${plain(attempts.map((key) => key.projectId))}::text::int[],
      ${plain(attempts.map((key) => key.instanceId))}::text::uuid[],
      ${plain(attempts.map((key) => key.node))}::text::smallint[],
      ${plain(attempts.map((key) => key.segment))}::text::int[],
      ${plain(attempts.map((key) => key.attempt))}::text::int[],
      ${plain(attempts.map((key) => key.code))}::text::text[],
      ${jsons(attempts.map((key) => key.error))}::text::jsonb[]
    ) with ordinality as r(project_id, instance_id, node, segment, number, code, error, place)
    -- As in rows.ts.
    where a.project_id = any(array[r.project_id])
      and a.instance_id = r.instance_id
      and a.node = r.node
      and a.segment = r.segment
      and a.number = r.number
    returning r.place::int - 1 as place, a.input
  `;
}
