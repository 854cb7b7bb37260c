/** What people do to the nodes of a run. Each leaves nodes pending, which are then judged as if they had never been. */
import { isTolerated } from '../plan.ts';
import { clear } from './drop.ts';
import type { EngineEvent } from './event.ts';
import { reopenAll, reopenFailed } from './fanout.ts';
import { fail, settle, touch, type Run } from './run.ts';

type Of<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

/**
 * Brings what failed, was cancelled or was left out because of it back to `pending`, and judges again. What succeeded stays; so does
 * what was skipped for other reasons.
 */
export function retry(run: Run, { failedSegments }: Of<'retry'>): void {
  const { state } = run;
  const again = new Set<number>();

  for (const [node, plan] of run.program.plan.nodes.entries()) {
    const status = state.nodes[node];
    const follows = plan.parents.some((parent) => again.has(parent.node));
    // A failure that is tolerated stays, and so does what was skipped behind it.
    const lost =
      (status === 'failed' && !isTolerated(plan)) ||
      status === 'cancelled' ||
      status === 'upstream_failed';

    if (lost || (follows && status === 'skipped')) {
      again.add(node);
    }
  }

  for (const node of again) {
    const fanout = state.fanouts.get(node);
    const count = failedSegments.get(node) ?? 0;

    if (fanout && count > 0) {
      reopenAll(run, node, fanout, count);
    } else {
      clear(run, node);
    }
  }
}

/** What was passed stays so: a person wanted it left out. */
export function restart(run: Run, { node }: Of<'restart'>): void {
  clear(run, node);
  clearBehind(run, node);
}

/** What never ran because of how the node had ended, or had not, is judged again. What ran, or runs, stays. */
export function mark(run: Run, { node, as, message }: Of<'mark'>): void {
  touch(run);
  clear(run, node);
  for (const other of nodesBehind(run, node)) {
    const status = run.state.nodes[other];
    if (status === 'skipped' || status === 'upstream_failed' || status === 'cancelled') {
      clear(run, other);
    }
  }

  if (as === 'failed') {
    fail(run, { node, code: 'error', message });
  } else {
    settle(run, node, as === 'skipped' ? 'passed' : 'succeeded');
  }
}

export function retrySegments(run: Run, { node, count }: Of<'retrySegments'>): void {
  const fanout = run.state.fanouts.get(node);
  if (fanout === undefined || count === 0 || count > fanout.failed) {
    return;
  }
  if (run.state.nodes[node] !== 'open') {
    clearBehind(run, node);
  }
  reopenFailed(run, node, fanout, count);
}

function clearBehind(run: Run, node: number): void {
  for (const other of nodesBehind(run, node)) {
    if (run.state.nodes[other] !== 'passed') {
      clear(run, other);
    }
  }
}

/** All nodes that can be reached from one, in the order of the plan. */
function nodesBehind(run: Run, node: number): number[] {
  const found = new Set([node]);

  for (const [other, plan] of run.program.plan.nodes.entries()) {
    if (plan.parents.some((parent) => found.has(parent.node))) {
      found.add(other);
    }
  }
  found.delete(node);
  return [...found];
}
