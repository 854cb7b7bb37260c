/**
 * Rules that the comparison with the model does not show by itself, as questions to the rows. `operations/instances/drift.ts` asks the others
 * after every step, and the rest is what the model is: one live attempt, one end of each, limits, order, patches, timeouts.
 */
import type { Sql } from '#db/database.ts';
import { NOTIFY_URL } from './messages.ts';
import { lostWakeUps } from './wake_ups.ts';

export type Broken = { readonly rule: string; readonly what: string };

/** Part of the statement that reads the rows: what is broken, as JSON. */
export function brokenRules(sql: Sql) {
  return sql`
    select coalesce(json_agg(broken), '[]')
    from (
      -- Rule 4: a task that waits for a child has one that has not ended, or of whose end it is yet to hear.
      select 'waits_for_child' as rule, t.instance_id || '/' || t.node as what
      from task t
      left join instance c on c.id = t.child_id
      where t.work = '#workflow' and t.status = 'running' and (c.id is null or c.parent_told)

      union all
      -- Rule 8: whoever wanted to hear of an end is told of it, under the same id and the key that the caller gave.
      select 'final_notification', i.id || ' ' || i.status
      from instance i
      where i.notify_url is not null
        and i.status in ('succeeded', 'failed', 'cancelled')
        and not exists (
          select
          from notification n
          where n.instance_id = i.id
            and n.type = 'instance.completed'
            and n.url = ${NOTIFY_URL}
            and n.at = i.finished_at
            and n.data ->> 'status' = i.status
            and n.data ->> 'instanceId' = i.id::text
            and n.data ->> 'dedupeKey' = i.dedupe_key
        )

      union all
      -- It is sent until it got through, and every try that said so can be seen.
      select 'lost_notification', n.id || ' ' || n.status
      from notification n
      where case n.status
        when 'pending' then n.due_at is null
        when 'delivered' then not exists (
          select from delivery d where d.notification_id = n.id and d.number = n.attempts and d.error is null
        )
        else true
      end

      union all
      -- Rule 9: nobody writes to a version once it was published.
      select 'published_version_changed', v.id::text
      from version v
      join version_as_published p on p.id = v.id
      where (v.xmin::text, v.ctid) <> (p.written_by, p.place)

      union all
      ${lostWakeUps(sql)}
    ) as broken
  `;
}

/** Remembers the versions as they are, and forgets those of the last run. */
export async function rememberVersions(sql: Sql): Promise<void> {
  await sql`
    with gone as (delete from version_as_published)
    insert into version_as_published select id, xmin::text, ctid from version
  `;
}

export async function makeMemory(sql: Sql): Promise<void> {
  await sql`create table version_as_published (id int, written_by text, place tid)`;
}
