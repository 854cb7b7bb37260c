/**
 * The segments of a fan-out that wait for room: in chunks, each a run of places in line. Letting some go reads the chunk they are in and
 * writes nothing here until the chunk is used up, so that a fan-out costs a row per hundred segments beyond those that are under way.
 */
import type { Json } from '#engine/json.ts';
import { asJson, type Transaction } from '../database.ts';
import type { InstanceKey } from './instances.ts';

export type NodeKey = InstanceKey & { readonly node: number };

/** A segment that waits: its order in the fan-out, the number of its attempts so far, its input. */
export type WaitingSegment = {
  readonly segment: number;
  readonly attempt: number;
  readonly input: Json | null;
};

/** Segments of one fan-out that join the line, at the places from `first` on. */
export type SegmentLine = NodeKey & {
  readonly first: number;
  readonly segments: readonly WaitingSegment[];
};

const PER_CHUNK = 100;

export function queueSegments(tx: Transaction, lines: readonly SegmentLine[]) {
  const rows = lines.flatMap(({ projectId, instanceId, node, first, segments }) =>
    Array.from({ length: Math.ceil(segments.length / PER_CHUNK) }, (_, chunk) => ({
      project_id: projectId,
      instance_id: instanceId,
      node,
      first: first + chunk * PER_CHUNK,
      segments: segments
        .slice(chunk * PER_CHUNK, (chunk + 1) * PER_CHUNK)
        .map(({ segment, attempt, input }) => [segment, attempt, input] as const),
    })),
  );

  return tx`
    insert into segment_queue (project_id, instance_id, node, first, segments)
    select project_id, instance_id, node, first, segments
    from jsonb_to_recordset(${asJson(rows)}::text::jsonb)
      as r(project_id int, instance_id uuid, node smallint, first int, segments jsonb)
  `;
}

/** `count` segments of a fan-out from the place `first` on. */
export type SegmentRun = NodeKey & { readonly first: number; readonly count: number };

/** The segments at some places in line, in the order of the places. Chunks that are used up are gone after it. */
export function takeSegments(tx: Transaction, runs: readonly SegmentRun[]) {
  return tx<(NodeKey & WaitingSegment)[]>`
    with asked as (
      select *
      from unnest(
        ${runs.map((run) => run.projectId)}::int[],
        ${runs.map((run) => run.instanceId)}::uuid[],
        ${runs.map((run) => run.node)}::smallint[],
        ${runs.map((run) => run.first)}::int[],
        ${runs.map((run) => run.count)}::int[]
      ) as asked(project_id, instance_id, node, first, count)
    ),
    chunk as (
      select q.*, a.first as begins, a.first + a.count as ends
      from asked a
      -- As in rows.ts.
      join segment_queue q
        on q.project_id = any(array[a.project_id]) and q.instance_id = a.instance_id
        and q.node = a.node and q.first < a.first + a.count and q.first > a.first - ${PER_CHUNK}
    ),
    used as (
      delete from segment_queue q
      using chunk c
      where q.project_id = any(array[c.project_id]) and q.instance_id = c.instance_id
        and q.node = c.node and q.first = c.first and c.first + jsonb_array_length(c.segments) <= c.ends
    )
    select
      c.project_id as "projectId",
      c.instance_id as "instanceId",
      c.node,
      (s.value ->> 0)::int as segment,
      (s.value ->> 1)::int as attempt,
      s.value -> 2 as input
    from chunk c
    cross join lateral jsonb_array_elements(c.segments) with ordinality as s(value, place)
    where c.first + s.place - 1 >= c.begins and c.first + s.place - 1 < c.ends
    order by c.instance_id, c.node, c.first + s.place
  `;
}

/** All that still waits in line of some fan-outs, in the order of the places. `made`: the first place that was not let go. */
export function listSegments(
  tx: Transaction,
  lines: readonly (NodeKey & { readonly made: number })[],
) {
  return tx<(NodeKey & WaitingSegment)[]>`
    select
      q.project_id as "projectId",
      q.instance_id as "instanceId",
      q.node,
      (s.value ->> 0)::int as segment,
      (s.value ->> 1)::int as attempt,
      s.value -> 2 as input
    from unnest(
      ${lines.map((line) => line.projectId)}::int[],
      ${lines.map((line) => line.instanceId)}::uuid[],
      ${lines.map((line) => line.node)}::smallint[],
      ${lines.map((line) => line.made)}::int[]
    ) as l(project_id, instance_id, node, made)
    -- As in rows.ts.
    join segment_queue q
      on q.project_id = any(array[l.project_id]) and q.instance_id = l.instance_id
      and q.node = l.node
    cross join lateral jsonb_array_elements(q.segments) with ordinality as s(value, place)
    where q.first + s.place - 1 >= l.made
    order by q.instance_id, q.node, q.first + s.place
  `;
}

export function forgetSegments(tx: Transaction, nodes: readonly NodeKey[]) {
  return tx`
    delete from segment_queue q
    using unnest(
      ${nodes.map((key) => key.projectId)}::int[],
      ${nodes.map((key) => key.instanceId)}::uuid[],
      ${nodes.map((key) => key.node)}::smallint[]
    ) as r(project_id, instance_id, node)
    -- As in rows.ts.
    where q.project_id = any(array[r.project_id]) and q.instance_id = r.instance_id
      and q.node = r.node
  `;
}
