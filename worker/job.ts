import type { Database } from '#db/database.ts';
import type { JobName, Jobs } from '#db/jobs.ts';
import type { Outbound } from '#delivery/http.ts';
import type { Context, Logger } from '#operations/context.ts';

/** What every job is given beside its payload. */
export type JobContext = {
  readonly db: Database;
  readonly outbound: Outbound;
  readonly clock: () => Date;
  readonly log: Logger;
  /** How workers reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** Aborts when the process has to end: a job that drains a queue stops after the set it is at. */
  readonly stopping: AbortSignal;
};

/** A job: parse, call, done. It is safe to run twice, late, and on two machines at once. */
export type Job<Name extends JobName> = (ctx: JobContext, payload: Jobs[Name]) => Promise<void>;

/** Jobs act for nobody but Latchwork itself. */
export function systemContext(
  { db, clock, log }: JobContext,
  { projectId }: { readonly projectId: number },
): Context {
  return { db, projectId, actor: { kind: 'system' }, clock, log };
}
