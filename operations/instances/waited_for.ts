/** What the open `signal` nodes of instances wait for: read off `task_asked`, which holds no other tasks. */
import type { Queryable } from '#db/database.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';

/** Somebody's word, or an event from outside. */
export const WAITED_FOR = ['approval', 'signal'] as const;

export type WaitedFor = (typeof WAITED_FOR)[number];

/** All that the instance `i` waits for, as a column. */
export function waitedFor(sql: Queryable) {
  return sql`array(select distinct ${kind(sql)} from task t where ${asked(sql)} order by 1)`;
}

/** Whether the instance `i` waits for one of these. */
export function waitsFor(sql: Queryable, kinds: readonly WaitedFor[]) {
  return sql`
    exists (
      select from task t where ${asked(sql)} and ${kind(sql)} = any(${kinds as string[]}::text[])
    )
  `;
}

/** That `t` is the task of an open signal node. The index is found by the word itself, not by a parameter. */
export function isAsked(sql: Queryable) {
  return sql`t.work = ${sql.unsafe(`'${INTERNAL_WORKS.signal}'`)}`;
}

function asked(sql: Queryable) {
  return sql`t.project_id = i.project_id and t.instance_id = i.id and ${isAsked(sql)}`;
}

function kind(sql: Queryable) {
  return sql`case when t.input ->> 'approval' = 'true' then 'approval' else 'signal' end`;
}
