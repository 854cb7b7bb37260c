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

/**
 * Checks instances with all that belongs to them, in one statement: it sees one moment, whatever goes on beside it.
 *
 * @param ids of instances that have not ended; null: all of them, and tasks that belong to none
 */
export function findDrift(sql: Queryable, ids: readonly string[] | null): Promise<Drift[]> {
  return sql<Drift[]>`
    with looked as (
      select project_id, id, status, state, split_part(state, ';', 1) as letters
      from instance
      where status in ('running', 'paused')
        ${ids === null ? sql`` : sql`and id = any(${ids as string[]}::uuid[])`}
    ),
    tasks as (
      select t.*
      from looked l
      join task t on t.project_id = l.project_id and t.instance_id = l.id
    ),
    open_nodes as (
      select l.project_id, l.id, letter.place - 1 as node
      from looked l
      cross join lateral regexp_split_to_table(l.letters, '') with ordinality as letter(text, place)
      where letter.text = 'o'
    ),
    fanouts as (
      select
        o.project_id,
        o.id,
        o.node,
        entry[2]::int as total,
        entry[3]::int as succeeded,
        entry[4]::int as failed,
        coalesce(entry[5], entry[2])::int as made
      from looked l
      cross join lateral regexp_matches(l.state, ';([0-9]+)=([0-9]+),([0-9]+),([0-9]+)(?:,([0-9]+))?', 'g') as entry
      join open_nodes o on o.id = l.id and o.node = entry[1]::int
    )
    select 'open_iff_live' as rule, coalesce(o.id, t.instance_id) as "instanceId",
      format('node %s %s', coalesce(o.node, t.node),
        case when o.id is null then 'has a live task and is not open' else 'is open and has no live task' end
      ) as message
    from open_nodes o
    full join (select distinct instance_id, node from tasks) as t
      on t.instance_id = o.id and t.node = o.node
    where o.id is null or t.instance_id is null

    union all
    select 'something_to_wait_for', id, format('it is %s and nothing in it is open: %s', status, letters)
    from looked
    where strpos(letters, 'o') = 0

    union all
    select 'held_iff_paused', t.instance_id,
      format('node %s is %s, its instance %s', t.node, case when t.held then 'held' else 'not held' end, l.status)
    from tasks t
    join looked l on l.id = t.instance_id
    where t.held <> (l.status = 'paused')

    union all
    select 'one_live_attempt', t.instance_id,
      format('attempt %s of node %s, segment %s, is live and over', t.attempt, t.node, t.segment)
    from tasks t
    join attempt a
      on a.project_id = t.project_id and a.instance_id = t.instance_id and a.node = t.node
      and a.segment = t.segment and a.number = t.attempt
    where t.token is not null

    union all
    select 'segments_counted', f.id,
      format('node %s: %s made, %s succeeded, %s failed, %s live', f.node, f.made, f.succeeded, f.failed, live.count)
    from fanouts f
    cross join lateral (
      select count(*) as count
      from tasks t
      where t.instance_id = f.id and t.node = f.node and t.segment >= 0
    ) as live
    where f.made - f.succeeded - f.failed <> live.count

    union all
    select 'line_counted', f.id,
      format('node %s: %s of %s segments wait in line, not %s', f.node, line.count, f.total, f.total - f.made)
    from fanouts f
    cross join lateral (
      select coalesce(sum(q.first + jsonb_array_length(q.segments) - greatest(q.first, f.made)), 0) as count
      from segment_queue q
      where q.project_id = f.project_id and q.instance_id = f.id and q.node = f.node
    ) as line
    where f.total - f.made <> line.count

    ${ids === null ? strays(sql) : sql``}
  `;
}

function strays(sql: Queryable) {
  return sql`
    union all
    select 'task_of_nobody', t.instance_id,
      format('node %s has a live task, its instance %s', t.node, coalesce('is ' || i.status, 'does not exist'))
    from task t
    left join instance i on i.project_id = t.project_id and i.id = t.instance_id
    where coalesce(i.status, '') not in ('running', 'paused')
  `;
}
