/** Slots of works: who may run at once, and who waits in line for one. */
import { MAX_SEGMENTS } from '../advance.ts';
import { MAX_NODES } from '../definition.ts';
import { own } from '../json.ts';
import { isRunnable } from '../plan.ts';
import { makeAgenda } from './agenda.ts';
import { endOf, outcomeOf } from './outcome.ts';
import type { Run } from './run.ts';
import type { Live } from './trace.ts';

/** Its time has come: it starts at once, or waits for a slot of its work. */
export function queue(run: Run, live: Live): void {
  const work = workOf(run, live);
  const limit = own(run.request.works, work)?.maxConcurrent ?? Number.POSITIVE_INFINITY;
  const running = run.running.get(work) ?? 0;

  if (running >= limit) {
    const line = run.waiting.get(work) ?? makeAgenda<Live>();
    run.waiting.set(work, line);
    line.add(placeInLine(run, live), live);
    return;
  }
  run.running.set(work, running + 1);
  start(run, live);
}

function start(run: Run, live: Live): void {
  const plan = run.program.plan.nodes[live.node];
  if (plan === undefined || !isRunnable(plan)) {
    return;
  }
  live.attempt += 1;
  live.startedAt = run.now;
  live.firstAt ??= run.now;
  if (!run.trace.started.has(live.node)) {
    run.trace.started.set(live.node, run.now);
  }

  const end = endOf(plan, outcomeOf(run.request, plan.key), live, run.now);
  run.agenda.add(run.now + end.ms, { type: 'end', live, end });
}

/** Gives the slot of a task that ran to the one that is first in line. */
export function free(run: Run, live: Live): void {
  const work = workOf(run, live);
  run.running.set(work, (run.running.get(work) ?? 1) - 1);

  const next = run.finish === null ? run.waiting.get(work)?.next() : undefined;
  if (next !== undefined) {
    queue(run, next.entry);
  }
}

/** By priority, then by the node's place in the plan, then by segment, as a claim takes them: one number, the smallest first. */
function placeInLine(run: Run, { node, segment }: Live): number {
  const plan = run.program.plan.nodes[node];
  const priority = plan !== undefined && isRunnable(plan) ? plan.priority : 0;
  return ((100 - priority) * MAX_NODES + node) * MAX_SEGMENTS + (segment ?? 0);
}

function workOf(run: Run, { node }: Live): string {
  const plan = run.program.plan.nodes[node];
  return plan !== undefined && isRunnable(plan) ? plan.work : '';
}
