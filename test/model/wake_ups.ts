/**
 * Whatever could move on has somebody to move it: a wake-up that is pending, or a due time that the every-second sweep finds. The net under
 * the wake-ups (every tenth sweep renews them) is never there in the model, so that a wake-up that nobody added is seen at once.
 *
 * A wake-up is taken when the model does what its job does, and put back when that is cut off, as the worker process would.
 */
import type { Sql } from '#db/database.ts';

export const keyOf = {
  admit: (workflowId: number) => `admit:1:${workflowId}`,
  free: (workflowId: number, objectId: string) => `free:1:${workflowId}:${objectId}`,
  children: (instanceId: string) => `children:1:${instanceId}`,
  orphans: (instanceId: string) => `orphans:1:${instanceId}`,
  deliver: (work: string) => `deliver:1:${work}`,
  notify: (target: string) => `notify:1:${target}`,
};

/** Answers those that were there. */
export async function takeWakeUps(sql: Sql, keys: readonly string[]): Promise<readonly string[]> {
  if (keys.length === 0) {
    return [];
  }
  const rows = await sql<{ key: string }[]>`
    delete from graphile_worker._private_jobs where key = any(${keys as string[]}) returning key
  `;
  return rows.map(({ key }) => key);
}

export async function putBackWakeUps(sql: Sql, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) {
    await sql`
      select graphile_worker.add_job(split_part(key, ':', 1), job_key => key)
      from unnest(${keys as string[]}::text[]) as key
    `;
  }
}

/** Part of the statement that reads the rows: what nobody is going to move on. */
export function lostWakeUps(sql: Sql) {
  const nobody = (key: ReturnType<Sql>) => sql`
    not exists (select from graphile_worker._private_jobs j where j.key = ${key})
  `;

  return sql`
    -- There is room for one that is in line.
    select 'nobody_admits' as rule, min(i.id::text) as what
    from workflow w
    join instance i on i.workflow_id = w.id
    where w.enabled
    group by w.id, w.max_running
    having bool_or(i.status = 'queued' and not i.blocked)
      and (
        w.max_running = 0
        or count(*) filter (where i.status in ('running', 'paused')) < w.max_running
      )
      and ${nobody(sql`'admit:1:' || w.id`)}

    union all
    -- Nobody has the object that somebody waits for.
    select 'nobody_frees', min(i.id::text)
    from instance i
    where i.exclusive and i.status in ('queued', 'running', 'paused')
    group by i.workflow_id, i.object_id
    having bool_and(i.blocked)
      and ${nobody(sql`'free:1:' || i.workflow_id || ':' || i.object_id`)}

    union all
    select 'nobody_tells', c.id::text
    from instance c
    where c.parent_id is not null
      and not c.parent_told
      and c.status in ('succeeded', 'failed', 'cancelled')
      and ${nobody(sql`'children:1:' || c.parent_id`)}

    union all
    -- The attempt that it was made for is over.
    select 'nobody_cancels', c.id::text
    from instance c
    where c.parent_id is not null
      and not c.parent_told
      and c.status in ('scheduled', 'queued', 'running', 'paused')
      and not exists (select from task t where t.instance_id = c.parent_id and t.token = c.parent_token)
      and ${nobody(sql`'orphans:1:' || c.parent_id`)}

    union all
    -- Of a work that is pulled its workers ask.
    select 'nobody_delivers', t.instance_id || '/' || t.node
    from task t
    join work w on w.key = t.work
    where t.status = 'ready'
      and not t.held
      and w.delivery <> 'pull'
      -- The end of one that has a slot wakes for the next.
      and (
        w.max_concurrent = 0
        or w.max_concurrent > (select count(*) from task s where s.work = w.key and s.slot)
      )
      and ${nobody(sql`'deliver:1:' || t.work`)}

    union all
    select 'nobody_notifies', n.id::text
    from notification n
    where n.status = 'pending' and n.attempts = 0 and ${nobody(sql`'notify:1:' || n.target`)}

    union all
    -- Its service, which is at work for an attempt that somebody else ended, has not been told; nobody takes these.
    select 'nobody_stops', a.instance_id || '/' || a.node
    from attempt a
    where a.remote is not null
      and (a.outcome = 'cancelled' or a.code like '%\\_timeout')
      and not exists (
        select
        from graphile_worker._private_jobs j
        where j.key like 'stop:%' and j.payload ->> 'token' = a.token::text
      )

    union all
    -- What only the clock moves on has a time.
    select 'never_due', t.instance_id || '/' || t.node || ' is ' || t.status
    from task t
    where t.due_at is null
      and (
        t.status = 'delayed'
        or t.delivering
        or t.status <> 'ready' and t.work not in ('#signal', '#workflow')
      )

    union all
    select 'never_due', i.id || ' is scheduled'
    from instance i
    where i.status = 'scheduled' and i.run_at is null
  `;
}
