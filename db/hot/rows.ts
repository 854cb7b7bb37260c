/**
 * Rows by their keys, whatever the planner believes of their table. A statement is planned once (decision 0004), perhaps at night when hardly
 * a task was live: a plain join is then planned as a walk over the whole table for all that are asked for, and stays so in the morning.
 * Measured with 4,000 live tasks: a tenth of the throughput. So the asked rows come first, each is looked up by its whole key and locked,
 * and the statement around goes by the place of the row. An unknown limit lets the planner expect a row or so, for which that is cheapest.
 *
 *     update task t set … from (${lookUpAttempts(tx, keys)}) as r where t.ctid = r.row_at
 */
import { plain } from '../columns.ts';
import type { Queryable } from '../database.ts';
import type { AttemptKey, TaskKey } from './tasks.ts';

export type Fragment = ReturnType<typeof everything>;

/** Columns that go with the keys, as arguments of `unnest`, and their names. */
export type MoreColumns = { readonly columns: Fragment; readonly names: Fragment };

/** Tasks by their keys: `r.*` and `row_at`. Those that do not exist are not in the answer. The keys come in the order of locks. */
export function lookUpTasks(sql: Queryable, keys: readonly TaskKey[], more?: MoreColumns) {
  return lookUp(sql, keys, more, sql``);
}

/** Live attempts by key and token: `r.*` and `row_at`. Those that have ended are not in the answer. The keys come in the order of locks. */
export function lookUpAttempts(sql: Queryable, keys: readonly AttemptKey[], more?: MoreColumns) {
  return lookUp(
    sql,
    keys,
    {
      columns: sql`
        ${plain(keys.map((key) => key.attempt))}::text::int[],
        ${plain(keys.map((key) => key.token))}::text::uuid[]
        ${more === undefined ? sql`` : sql`, ${more.columns}`}
      `,
      names: sql`attempt, token ${more === undefined ? sql`` : sql`, ${more.names}`}`,
    },
    sql`and t.attempt = r.attempt and t.token = r.token`,
  );
}

function lookUp(
  sql: Queryable,
  keys: readonly TaskKey[],
  more: MoreColumns | undefined,
  condition: Fragment,
) {
  return sql`
    select r.*, found.row_at
    from unnest(
      ${plain(keys.map((key) => key.projectId))}::text::int[],
      ${plain(keys.map((key) => key.instanceId))}::text::uuid[],
      ${plain(keys.map((key) => key.node))}::text::smallint[],
      ${plain(keys.map((key) => key.segment))}::text::int[]
      ${more === undefined ? sql`` : sql`, ${more.columns}`}
    ) as r(project_id, instance_id, node, segment ${more === undefined ? sql`` : sql`, ${more.names}`})
    cross join lateral (
      select t.ctid as row_at
      from task t
      where t.project_id = r.project_id
        and t.instance_id = r.instance_id
        and t.node = r.node
        and t.segment = r.segment
        ${condition}
      for update
    ) as found
    limit ${everything(sql)}
  `;
}

/** No limit, but the planner must not know. */
export function everything(sql: Queryable) {
  return sql`${null}::bigint`;
}
