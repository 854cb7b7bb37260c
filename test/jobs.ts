import type { Database } from '#db/database.ts';
import type { JobName, Jobs } from '#db/jobs.ts';

type Job = { [Name in JobName]: { readonly name: Name; readonly payload: Jobs[Name] } }[JobName];

/** Takes all wake-ups that are there, as the worker process would: a test does them, or loses them. */
export async function takeJobs(db: Database): Promise<Job[]> {
  return db.sql<Job[]>`
    with taken as (
      delete from graphile_worker._private_jobs returning id, task_id, payload
    )
    select task.identifier as name, taken.payload
    from taken
    join graphile_worker._private_tasks as task on task.id = taken.task_id
    order by taken.id
  `;
}
