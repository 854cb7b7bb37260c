/**
 * Fan-outs: one task per item, of which `maxParallel` are under way at once while the others wait in line.
 *
 *     items ──> segments made: 0 … made - 1 ──one ends──> the next in line is made ──all have ended──> the node ends
 */
import type { Evaluated, Expression } from '../expression/expression.ts';
import type { Scope } from '../expression/scope.ts';
import type { Template } from '../expression/template.ts';
import type { Json } from '../json.ts';
import type { PlanNode } from '../plan.ts';
import type { FanoutState } from '../state.ts';
import { beginsAt } from './due.ts';
import { describe, evaluateOf, failExpression, misfit, scopeFor } from './evaluate.ts';
import type { EngineEvent } from './event.ts';
import { fail, planOf, settle, type Run } from './run.ts';

type PlanFanout = Extract<PlanNode, { type: 'fanout' }>;

/** Items of one fan-out. More than this is a mistake in the expression rather than a wish. */
export const MAX_SEGMENTS = 100_000;

export function openFanout(run: Run, node: number, plan: PlanFanout): void {
  const { items, input: template = null } = run.program.nodes[node] ?? {};
  if (!items) {
    return;
  }
  const list = evaluateOf(run, node, items, (scope) => listOf(items, scope));
  if (list === null) {
    return;
  }
  const values = list.value as readonly Json[];
  const inputs = template === null ? values : renderEach(run, node, template, values);
  if (inputs === null) {
    return;
  }

  const total = inputs.length;
  const made = Math.min(parallelOf(plan), total);
  run.state.fanouts.set(node, { total, succeeded: 0, failed: 0, made });

  if (total === 0) {
    settle(run, node, 'succeeded');
  } else {
    run.state.nodes[node] = 'open';
    const at = beginsAt(plan, run.facts.now);
    run.effects.push({ type: 'fan', node, inputs, parallel: made, at });
  }
}

function listOf(items: Expression, scope: Scope): Evaluated {
  const answer = items.evaluate(scope);
  if (!answer.ok) {
    return answer;
  }
  if (!Array.isArray(answer.value)) {
    return misfit(items.source, `items must be a list, not ${describe(answer.value)}`);
  }
  return answer.value.length > MAX_SEGMENTS
    ? misfit(items.source, `${answer.value.length} items are more than the ${MAX_SEGMENTS} allowed`)
    : answer;
}

/** The inputs of all segments. Null: as of `evaluateOf`. */
function renderEach(
  run: Run,
  node: number,
  template: Template,
  items: readonly Json[],
): readonly Json[] | null {
  const scope = scopeFor(run, template.references);
  if (scope === 'needs') {
    return null;
  }
  const inputs: Json[] = [];

  for (const [index, item] of items.entries()) {
    const input = template.render({ ...scope, item, index });
    if (!input.ok) {
      const message = `segment ${index}: ${input.error.message}`;
      failExpression(run, node, { ...input.error, message });
      return null;
    }
    inputs.push(input.value);
  }
  return inputs;
}

/** One segment less: the latch of the fan-out. The node ends with its last segment. */
export function endSegment(
  run: Run,
  node: number,
  before: FanoutState,
  event: Extract<EngineEvent, { type: 'succeeded' | 'failed' }>,
): void {
  const fanout =
    event.type === 'succeeded'
      ? { ...before, succeeded: before.succeeded + 1 }
      : { ...before, failed: before.failed + 1 };

  run.state.fanouts.set(node, fanout);

  if (fanout.succeeded + fanout.failed < fanout.total) {
    letGo(run, node, fanout);
    return;
  }

  if (fanout.failed <= toleratedFailures(planOf(run, node), fanout.total)) {
    settle(run, node, 'succeeded');
  } else {
    const last = event.type === 'failed' ? `; the last: ${event.message}` : '';
    fail(run, {
      node,
      code: event.type === 'failed' ? event.code : 'error',
      message: `${fanout.failed} of ${fanout.total} segments failed${last}`,
    });
  }
}

/** One for the one that ended; more or fewer where the run was moved to a version that lets so many go at once. */
function letGo(run: Run, node: number, fanout: FanoutState): void {
  const { total, made } = fanout;
  const count = Math.min(total - made, roomIn(run, node, fanout));

  if (count > 0) {
    run.state.fanouts.set(node, { ...fanout, made: made + count });
    run.effects.push({ type: 'release', node, first: made, count });
  }
}

function toleratedFailures(plan: PlanNode, total: number): number {
  return plan.type === 'fanout'
    ? Math.max(plan.tolerance.count, Math.floor((total * plan.tolerance.percent) / 100))
    : 0;
}

/** Starts the segments over that did not succeed, of a fan-out of which nothing is under way. */
export function reopenAll(run: Run, node: number, { total }: FanoutState, count: number): void {
  const parallel = Math.min(count, parallelOf(planOf(run, node)));
  const succeeded = total - count;
  reopen(run, node, { total, succeeded, failed: 0, made: succeeded + parallel }, parallel, true);
}

/** Starts segments over that failed, while others may be under way: as many as there is room for, the rest joins the line. */
export function reopenFailed(run: Run, node: number, fanout: FanoutState, count: number): void {
  const waiting = count + fanout.total - fanout.made;
  const parallel = Math.min(waiting, roomIn(run, node, fanout));
  const made = fanout.made - (count - parallel);
  reopen(run, node, { ...fanout, failed: fanout.failed - count, made }, parallel, false);
}

/** What is brought back waits for the node's delay and window as it did the first time. */
function reopen(run: Run, node: number, fanout: FanoutState, parallel: number, all: boolean): void {
  const plan = planOf(run, node);
  const at = plan.type === 'fanout' ? beginsAt(plan, run.facts.now) : null;

  run.state.nodes[node] = 'open';
  run.state.fanouts.set(node, fanout);
  run.effects.push({ type: 'reopen', node, parallel, first: fanout.made, all, at });
}

function roomIn(run: Run, node: number, { made, succeeded, failed }: FanoutState): number {
  return Math.max(0, parallelOf(planOf(run, node)) - (made - succeeded - failed));
}

/** How many segments of a fan-out may be under way at once. */
function parallelOf(plan: PlanNode): number {
  return plan.type === 'fanout' && plan.maxParallel > 0 ? plan.maxParallel : MAX_SEGMENTS;
}
