/**
 * What must always hold of the rows, checked by sets. Any answer is a bug of ours, or somebody's hand in the tables: `reconcile` looks
 * once an hour, `npm run verify` when an operator wants to know, and the model test after every single step.
 */
import type { Queryable } from '#db/database.ts';

export type Drift = {
  readonly rule: string;
  readonly instanceId: string;
  readonly message: string;
};

/** `ids`: of the instances to look at; null: all that have not ended. */
export function findDrift(
  sql: Queryable,
  {
    projectId,
    ids = null,
  }: { readonly projectId: number; readonly ids?: readonly string[] | null },
): Promise<Drift[]> {
  return sql<Drift[]>`
    with looked as (
      select id, status, state, split_part(state, ';', 1) as letters
      from instance
      where project_id = ${projectId}
        and case when ${ids === null} then status in ('running', 'paused') else id = any(${ids ?? []}::uuid[]) end
    ),
    tasks as (
      select t.*
      from looked l
      join task t on t.project_id = ${projectId} and t.instance_id = l.id
    ),
    open_nodes as (
      select l.id, letter.place - 1 as node
      from looked l
      cross join lateral regexp_split_to_table(l.letters, '') with ordinality as letter(text, place)
      where letter.text = 'o'
    ),
    fanouts as (
      select
        l.id,
        entry[1]::int as node,
        entry[2]::int as total,
        entry[3]::int as succeeded,
        entry[4]::int as failed,
        coalesce(entry[5], entry[2])::int as made
      from looked l
      cross join lateral regexp_matches(l.state, ';(\d+)=(\d+),(\d+),(\d+)(?:,(\d+))?', 'g') as entry
    )
    select 'open_iff_task' as rule, coalesce(o.id, t.instance_id) as "instanceId",
      format('node %s is %s', coalesce(o.node, t.node),
        case when o.id is null then 'not open but has a live task' else 'open but has no live task' end) as message
    from open_nodes o
    full join (select distinct instance_id, node from tasks) as t on t.instance_id = o.id and t.node = o.node
    where o.id is null or t.instance_id is null

    union all
    select 'running_iff_open', id, format('it is %s with %s', status, letters)
    from looked
    where (status in ('running', 'paused')) <> (strpos(letters, 'o') > 0)

    union all
    select 'task_of_nobody', t.instance_id, format('node %s has a live task, its instance is %s', t.node, coalesce(i.status, 'gone'))
    from task t
    left join instance i on i.project_id = t.project_id and i.id = t.instance_id
    where ${ids === null} and t.project_id = ${projectId} and coalesce(i.status, '') not in ('running', 'paused')

    union all
    select 'held_iff_paused', t.instance_id, format('node %s is %s, its instance %s', t.node, case when t.held then 'held' else 'free' end, l.status)
    from tasks t
    join looked l on l.id = t.instance_id
    where t.held <> (l.status = 'paused')

    union all
    select 'one_live_attempt', t.instance_id, format('attempt %s of node %s, segment %s, is both live and over', t.attempt, t.node, t.segment)
    from tasks t
    join attempt a
      on a.project_id = t.project_id and a.instance_id = t.instance_id and a.node = t.node
      and a.segment = t.segment and a.number = t.attempt
    where t.token is not null

    union all
    select 'segments_counted', f.id,
      format('node %s: %s made, %s succeeded, %s failed, but %s live', f.node, f.made, f.succeeded, f.failed, live.count)
    from fanouts f
    join open_nodes o on o.id = f.id and o.node = f.node
    cross join lateral (
      select count(*) as count from tasks t where t.instance_id = f.id and t.node = f.node and t.segment >= 0
    ) as live
    where f.made - f.succeeded - f.failed <> live.count

    union all
    select 'line_counted', f.id, format('node %s: %s of %s are to wait in line, %s do', f.node, f.total - f.made, f.total, line.count)
    from fanouts f
    join open_nodes o on o.id = f.id and o.node = f.node
    cross join lateral (
      select coalesce(sum(q.first + jsonb_array_length(q.segments) - greatest(q.first, f.made)), 0) as count
      from segment_queue q
      where q.project_id = ${projectId} and q.instance_id = f.id and q.node = f.node
    ) as line
    where f.total - f.made <> line.count
  `;
}
