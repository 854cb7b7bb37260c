/**
 * A run that never happens: a plan on a virtual clock, with outcomes and durations chosen beforehand. The engine decides as it does for a
 * real run, with the same retries, delays and windows; here is only what workers, the sweep and the tables do otherwise.
 *
 *     advance ──effects──> tasks: wait for their time, for a slot of their work; run; end ──> retry? ──no──> advance
 *
 * Pure: the same request has the same answer, in the browser and on the server.
 */
import { mergePatch, type Json, type JsonObject } from '../json.ts';
import { isRunnable, type Plan, type RunnableNode } from '../plan.ts';
import { decideRetry } from '../retry.ts';
import { opensAt } from '../window.ts';
import type { Simulated } from './answer.ts';
import type { AttemptEnd } from './outcome.ts';
import type { SimulationRequest } from './request.ts';
import { beginRun, note, type Entry, type Run } from './run.ts';
import { free, queue } from './slots.ts';
import { summarize } from './summarize.ts';
import type { Live } from './trace.ts';
import { turn } from './turn.ts';

const MAX_STEPS = 50_000;

/** @param now when the run begins, in ms since the epoch */
export function simulate(plan: Plan, request: SimulationRequest, now: number): Simulated {
  const run = beginRun(plan, request, now);
  const most = request.maxSteps ?? MAX_STEPS;
  let steps = 1;

  turn(run, { type: 'start' });
  if (plan.timeoutSeconds !== null) {
    run.agenda.add(plan.timeoutSeconds * 1_000, { type: 'expire' });
  }

  for (; run.finish === null && steps < most; steps += 1) {
    const next = run.agenda.next();
    if (next === undefined) {
      break;
    }
    run.now = next.at;
    happen(run, next.entry);
  }

  const stopped =
    run.finish !== null
      ? null
      : steps >= most
        ? `It did not end within ${most} steps.`
        : 'Nothing is left that could happen.';
  return summarize(plan, run, steps, stopped);
}

function happen(run: Run, entry: Entry): void {
  switch (entry.type) {
    case 'expire':
      turn(run, {
        type: 'expire',
        message: `it took longer than ${run.program.plan.timeoutSeconds} s`,
      });
      return;
    case 'due':
      queue(run, entry.live);
      return;
    case 'end':
      end(run, entry.live, entry.end);
  }
}

function end(run: Run, live: Live, result: AttemptEnd): void {
  const plan = run.program.plan.nodes[live.node];
  if (plan === undefined || !isRunnable(plan)) {
    return;
  }
  note(run, live, result);
  settle(run, live, plan, result);
  // Only now: what its end opened is in line too, as it would be when somebody claims.
  free(run, live);
}

function settle(run: Run, live: Live, plan: RunnableNode, result: AttemptEnd): void {
  if (result.outcome === 'succeeded') {
    run.live.delete(live);
    run.context = (
      result.context === null ? run.context : mergePatch(run.context, result.context)
    ) as JsonObject;
    keepOutput(run, live, result.output);
    turn(run, { type: 'succeeded', node: live.node });
    return;
  }

  const verdict = decideRetry(
    plan.retry ?? run.request.works?.[plan.work]?.retry ?? null,
    { code: result.code, retryable: result.retryable, earlier: live.failures },
    run.random(),
  );
  if (verdict.retry) {
    live.failures += 1;
    live.startedAt = null;
    const earliest = run.begin + run.now + verdict.delayMs;
    const due = plan.window ? opensAt(plan.window, earliest) : earliest;
    run.agenda.add(due - run.begin, { type: 'due', live });
    return;
  }
  run.live.delete(live);
  keepOutput(run, live, null);
  run.trace.failures.set(live.node, result);
  turn(run, { type: 'failed', node: live.node, code: result.code, message: result.message });
}

/** The output of a fan-out is the list of its segments' outputs, null for a failure that was tolerated. */
function keepOutput(run: Run, { node, segment }: Live, output: Json | null): void {
  const fanout = run.segments.get(node);
  if (fanout === undefined || segment === null) {
    run.trace.outputs.set(node, output);
    return;
  }
  fanout.outputs[segment] = output;
  run.trace.outputs.set(node, fanout.outputs);
}
