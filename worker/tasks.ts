/** Every job by its name. A new one: its payload in db/jobs.ts, a file in jobs/, a line here. */
import type { Task, TaskList } from 'graphile-worker';
import type { JobName, Jobs } from '#db/jobs.ts';
import { admit } from './jobs/admit.ts';
import { alert } from './jobs/alert.ts';
import { bulk } from './jobs/bulk.ts';
import { children } from './jobs/children.ts';
import { deliver } from './jobs/deliver.ts';
import { free } from './jobs/free.ts';
import { measure } from './jobs/measure.ts';
import { notify } from './jobs/notify.ts';
import { orphans } from './jobs/orphans.ts';
import { rank } from './jobs/rank.ts';
import { reconcile } from './jobs/reconcile.ts';
import { retain } from './jobs/retain.ts';
import { sendAlerts } from './jobs/send_alerts.ts';
import { schedule } from './jobs/schedule.ts';
import { stop } from './jobs/stop.ts';
import { sweep } from './jobs/sweep.ts';
import type { JobContext } from './job.ts';

/** As crontab(5); times are UTC. */
export const CRONTAB = [
  '7 * * * * retain ?jobKey=retain&jobKeyMode=preserve_run_at',
  '37 * * * * reconcile ?jobKey=reconcile&jobKeyMode=preserve_run_at',
].join('\n');

/** The payload of a job is what `wake` wrote: both have its type from db/jobs.ts. */
export function taskList(ctx: JobContext): TaskList {
  return {
    admit: (payload) => admit(ctx, payload as Jobs['admit']),
    alert: (payload) => alert(ctx, payload as Jobs['alert']),
    bulk: (payload) => bulk(ctx, payload as Jobs['bulk']),
    children: (payload) => children(ctx, payload as Jobs['children']),
    deliver: (payload) => deliver(ctx, payload as Jobs['deliver']),
    free: (payload) => free(ctx, payload as Jobs['free']),
    measure: (payload) => measure(ctx, payload as Jobs['measure']),
    notify: (payload) => notify(ctx, payload as Jobs['notify']),
    orphans: (payload) => orphans(ctx, payload as Jobs['orphans']),
    rank: (payload) => rank(ctx, payload as Jobs['rank']),
    reconcile: (payload) => reconcile(ctx, payload as Jobs['reconcile']),
    retain: (payload) => retain(ctx, payload as Jobs['retain']),
    sendAlerts: (payload) => sendAlerts(ctx, payload as Jobs['sendAlerts']),
    schedule: (payload) => schedule(ctx, payload as Jobs['schedule']),
    stop: (payload, { job }) => stop(ctx, payload as Jobs['stop'], job.attempts),
    sweep: (payload) => sweep(ctx, payload as Jobs['sweep']),
  } satisfies Record<JobName, Task>;
}
