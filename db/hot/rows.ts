/**
 * Rows by their keys, whatever the planner believes of their table. A statement is planned once (decision 0004), perhaps at night when hardly
 * a task was live: 500 keys joined to `task` were then planned as a walk over the whole table, and stayed so in the morning. Measured with
 * 4,000 live tasks: a tenth of the throughput. `= any(array[…])` on the first column of the key is looked up in the index as `=` is, but it is
 * no order to walk along, and no equality that Postgres may hand on to other tables: all that is left is one look-up after the other.
 *
 *     update task t set … from ${askedAttempts(tx, keys)} where ${isAskedAttempt(tx)}
 */
import { plain } from '../columns.ts';
import type { Queryable } from '../database.ts';
import type { AttemptKey, TaskKey } from './tasks.ts';

export type Fragment = ReturnType<typeof isAskedTask>;

/** Columns that go with the keys, as arguments of `unnest`, and their names. */
export type MoreColumns = { readonly columns: Fragment; readonly names: Fragment };

/** A table `r` of keys of tasks. They come in the order of locks. */
export function askedTasks(sql: Queryable, keys: readonly TaskKey[], more?: MoreColumns) {
  return sql`
    unnest(
      ${plain(keys.map((key) => key.projectId))}::text::int[],
      ${plain(keys.map((key) => key.instanceId))}::text::uuid[],
      ${plain(keys.map((key) => key.node))}::text::smallint[],
      ${plain(keys.map((key) => key.segment))}::text::int[]
      ${more === undefined ? sql`` : sql`, ${more.columns}`}
    ) as r(project_id, instance_id, node, segment ${more === undefined ? sql`` : sql`, ${more.names}`})
  `;
}

/** Task `t` is the one of `r`. */
export function isAskedTask(sql: Queryable) {
  return sql`
    t.project_id = any(array[r.project_id])
      and t.instance_id = r.instance_id
      and t.node = r.node
      and t.segment = r.segment
  `;
}

/** A table `r` of attempts. They come in the order of locks. */
export function askedAttempts(sql: Queryable, keys: readonly AttemptKey[], more?: MoreColumns) {
  return askedTasks(sql, keys, {
    columns: sql`
      ${plain(keys.map((key) => key.attempt))}::text::int[],
      ${plain(keys.map((key) => key.token))}::text::uuid[]
      ${more === undefined ? sql`` : sql`, ${more.columns}`}
    `,
    names: sql`attempt, token ${more === undefined ? sql`` : sql`, ${more.names}`}`,
  });
}

/** The live attempt of task `t` is that of `r`. */
export function isAskedAttempt(sql: Queryable) {
  return sql`${isAskedTask(sql)} and t.attempt = r.attempt and t.token = r.token`;
}

/** Work `w` is that of task `t`. */
export function isWorkOfTask(sql: Queryable) {
  return sql`w.project_id = any(array[t.project_id]) and w.key = t.work`;
}
