import type { Database } from '#db/database.ts';
import type { JobName, Jobs } from '#db/jobs.ts';
import type { AlertSender } from '#delivery/alerts/send.ts';
import type { Outbound } from '#delivery/http.ts';
import type { OutboundGuards } from '#engine/outbound/target.ts';
import type { Context, Logger } from '#operations/context.ts';
import type { Delivering } from './deliver/delivering.ts';
import type { Notifying } from './deliver/notifying.ts';

/** What every job is given beside its payload. */
export type JobContext = {
  readonly db: Database;
  readonly delivering: Delivering;
  readonly notifying: Notifying;
  readonly outbound: Outbound;
  /** Where requests may lead, to judge URLs before anything is sent. */
  readonly guards: OutboundGuards;
  readonly alertSender: AlertSender;
  /** How services reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** How long ended instances are kept of workflows that do not say; 0: for ever. */
  readonly retentionDays: number;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Aborts when the process has to end: a job that drains a queue stops after the set it is at. */
  readonly stopping: AbortSignal;
};

/** A job: parse, call, done. It is safe to run twice, late, and on two machines at once. */
export type Job<Name extends JobName> = (ctx: JobContext, payload: Jobs[Name]) => Promise<void>;

/** Jobs act for nobody but Latchwork itself. Those that look at all projects at once are of none: 0. */
export function systemContext(
  { db, clock, log }: Pick<JobContext, 'db' | 'clock' | 'log'>,
  { projectId }: { readonly projectId: number } = { projectId: 0 },
): Context {
  return { db, projectId, actor: { kind: 'system' }, clock, log };
}
