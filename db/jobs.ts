import { createHash } from 'node:crypto';
import type { Queryable } from './database.ts';

/** The jobs of the worker process. Each is a wake-up: it names at most a key and looks at the rows for what is due. */
export type Jobs = {
  /** Start what is queued of a workflow, as far as its limit allows. */
  admit: { projectId: number; workflowId: number };
  /** Put what waits of a workflow in the order that its settings now make. */
  rank: { projectId: number; workflowId: number };
  /** Push what is ready of a work. */
  deliver: { projectId: number; work: string };
  /** Let the next instance for an object id begin, where the workflow lets one at a time. */
  free: { projectId: number; workflowId: number; objectId: string };
  /** Tell an instance how its children ended. */
  children: { projectId: number; instanceId: string };
  /** Cancel children of an instance that it does not wait for any more. */
  orphans: { projectId: number; instanceId: string };
  /** Tell whoever is at an attempt that it has ended: the service of an `http` node, the endpoint of a pushed work. */
  stop: {
    projectId: number;
    instanceId: string;
    node: number;
    segment: number;
    attempt: number;
    token: string;
  };
  /** Send what is due to an endpoint, or to the host of a URL that instances brought. */
  notify: { projectId: number; target: string };
  /** Make the instances of schedules that are due. */
  schedule: { projectId: number };
  /** Make a move of many instances. */
  bulk: { projectId: number; bulkId: string };
  /** Look at everything that is due: delays, retries, timeouts, scheduled instances. */
  sweep: Record<string, never>;
  /** Add to the record how long things took that have ended since the last look. */
  measure: Record<string, never>;
  /** Look at what rules ask about, and put what people are to be told into the outboxes of their channels. */
  alert: Record<string, never>;
  /** Send what is due to a channel for alerts. */
  sendAlerts: { projectId: number; channelId: string };
  /** Work a sample of what runs out once more from its rows. */
  reconcile: Record<string, never>;
  /** Make partitions ahead and forget what is older than it is to be kept. */
  retain: Record<string, never>;
};

export type JobName = keyof Jobs;

export type WakeUp = {
  [Name in JobName]: { readonly name: Name; readonly payload: Jobs[Name]; readonly runAt?: Date };
}[JobName];

/** As long a key as graphile-worker takes. */
const LONGEST_KEY = 512;

/** One pending wake-up of a kind: asking again while one waits changes nothing. */
function keyOf(wakeUp: WakeUp): string {
  const key = [wakeUp.name, ...Object.values(wakeUp.payload)].join(':');
  return key.length > LONGEST_KEY ? createHash('sha256').update(key).digest('hex') : key;
}

/**
 * Adds wake-ups, in the caller's transaction: they exist if and only if it commits. A wake-up that is already pending is left as it is;
 * one that is running now is followed by another, since it may have looked before this transaction's rows could be seen.
 *
 * `ready`: works of which tasks became ready; those that are pushed get a `deliver`. Keys are added in order, so that two transactions
 * never wait for each other in a circle.
 */
export async function wake(
  sql: Queryable,
  wakeUps: readonly WakeUp[],
  ready: readonly { readonly projectId: number; readonly work: string }[] = [],
): Promise<void> {
  if (wakeUps.length === 0 && ready.length === 0) {
    return;
  }

  const specs = new Map(
    wakeUps.map((wakeUp) => [
      keyOf(wakeUp),
      {
        identifier: wakeUp.name,
        payload: wakeUp.payload,
        key: keyOf(wakeUp),
        run_at: wakeUp.runAt ?? null,
      },
    ]),
  );
  const works = [...new Map(ready.map((one) => [`${one.projectId}:${one.work}`, one])).values()];

  await sql`
    with wanted as (
      select identifier, payload, key, run_at
      from json_to_recordset(${JSON.stringify([...specs.values()])}::text::json)
        as spec(identifier text, payload json, key text, run_at timestamptz)
      union all
      select
        'deliver', json_build_object('projectId', w.project_id, 'work', w.key),
        'deliver:' || w.project_id || ':' || w.key, null
      from unnest(
        ${works.map(({ projectId }) => projectId)}::int[],
        ${works.map(({ work }) => work)}::text[]
      ) as r(project_id, key)
      join work w on w.project_id = r.project_id and w.key = r.key
      where w.delivery <> 'pull'
    )
    select count(*)
    from (
      select
        array_agg(
          row(identifier, payload, null, run_at, null, key, null, null)::graphile_worker.job_spec
          order by key
        ) as specs
      from wanted
      having count(*) > 0
    ) as found
    cross join lateral graphile_worker.add_jobs(found.specs, job_key_preserve_run_at => true)
  `;
}
