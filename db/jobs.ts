import type { Queryable } from './database.ts';

/** The jobs of the worker process. Each is a wake-up: it names at most a key and looks at the rows for what is due. */
export type Jobs = {
  /** Start what is queued of a workflow, as far as its limit allows. */
  admit: { projectId: number; workflowId: number };
  /** Push what is ready of a work. */
  deliver: { projectId: number; work: string };
  /** Look at everything that is due: delays, retries, timeouts, scheduled instances. */
  sweep: Record<string, never>;
  /** Make partitions ahead and drop what has expired. */
  retain: Record<string, never>;
};

export type JobName = keyof Jobs;

export type WakeUp = {
  [Name in JobName]: { readonly name: Name; readonly payload: Jobs[Name]; readonly runAt?: Date };
}[JobName];

/** One pending wake-up of a kind: asking again while one waits changes nothing. */
function keyOf(wakeUp: WakeUp): string {
  return [wakeUp.name, ...Object.values(wakeUp.payload)].join(':');
}

/**
 * Adds wake-ups, in the caller's transaction: they exist if and only if it commits. A wake-up that is already pending is left as it is;
 * one that is running now is followed by another, since it may have looked before this transaction's rows could be seen.
 */
export async function wake(sql: Queryable, wakeUps: readonly WakeUp[]): Promise<void> {
  if (wakeUps.length === 0) {
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

  await sql`
    select count(*) from graphile_worker.add_jobs(
      array(
        select row(
          spec.identifier, spec.payload, null, spec.run_at, null, spec.key, null, null
        )::graphile_worker.job_spec
        from json_to_recordset(${JSON.stringify([...specs.values()])}::text::json)
          as spec(identifier text, payload json, key text, run_at timestamptz)
      ),
      job_key_preserve_run_at => true
    )
  `;
}
