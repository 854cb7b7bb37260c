/**
 * When an instance will have ended: the longest way through what is left of its plan, with what each node took lately. Pure; moments and
 * durations in ms.
 *
 *     end of a node = the latest end of those before it + its delay + its wait for a worker + its run
 *
 * What is under way counts with what is left of it: by its own progress where it tells any, else by how much longer those took that took
 * as long already. Nodes without a record make the whole unknown, for a number that was made up is worse than none.
 *
 * What it does not know: it adds up the percentiles of nodes that follow each other, which overstates the high ones; it counts no
 * retries; a branch that no route has chosen yet counts as if it would be taken.
 */
import { isRunnable, type Plan, type PlanNode, type RunnableNode } from '../plan.ts';
import type { FanoutState, State } from '../state.ts';
import { opensAt } from '../window.ts';
import { quantile, remaining, type Sketch } from './sketch.ts';

/** What a node took lately. */
export type NodeRecord = {
  readonly wait: Sketch | null;
  /** Of a fan-out: from its first segment's opening to its last one's end. */
  readonly run: Sketch | null;
};

/** An open node. Of a fan-out: its oldest live segment. */
export type Underway = {
  readonly status: 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running';
  readonly held: boolean;
  readonly openedAt: number;
  readonly startedAt: number | null;
  readonly dueAt: number | null;
  readonly progress: number | null;
};

export type EndCase = {
  readonly plan: Plan;
  readonly state: State;
  readonly records: ReadonlyMap<string, NodeRecord>;
  readonly live: ReadonlyMap<number, Underway>;
  readonly now: number;
  /** When it begins, or began. */
  readonly startsAt: number;
};

export type ExpectedEnd = {
  /** Null: not known. */
  readonly at: number | null;
  /** Keys of the nodes that make it unknown. */
  readonly lacking: readonly string[];
};

/** Progress below this says too little to go by. */
const LEAST_PROGRESS = 0.02;

export function expectEnd(asked: EndCase, q: number): ExpectedEnd {
  const { plan, state, now, startsAt } = asked;
  const ends: (number | null)[] = [];
  const optional: boolean[] = [];
  const lacking: string[] = [];

  for (const [node, what] of plan.nodes.entries()) {
    const status = state.nodes[node];
    optional[node] = status === 'pending' && isOptional(what, state, optional);

    if (status === 'open') {
      ends[node] = add(now, leftOf(asked, node, what, q));
    } else if (status !== 'pending' || isForFailure(what)) {
      ends[node] = now;
    } else {
      const begins = beginOf(what, ends, Math.max(now, startsAt));
      const end = begins === null ? null : endOf(asked, what, begins, q);
      ends[node] = end === null && optional[node] ? begins : end;
      if (begins === null) {
        // Unknown by those before it; what it lacks itself is said all the same.
        if (!optional[node] && endOf(asked, what, now, q) === null) {
          lacking.push(what.key);
        }
        continue;
      }
    }
    if (ends[node] === null) {
      lacking.push(what.key);
    }
  }

  const known = ends.filter((end) => end !== null);
  return lacking.length > 0 || known.length < ends.length
    ? { at: null, lacking }
    : { at: Math.max(now, ...known), lacking };
}

/** It may not run at all: a route before it has not chosen. Without a record it is taken not to. */
function isOptional(what: PlanNode, state: State, optional: readonly boolean[]): boolean {
  return what.parents.some(
    ({ node, branch }) => (branch !== null && !state.branches.has(node)) || optional[node] === true,
  );
}

/** It runs only if something fails, which nobody expects. */
function isForFailure({ trigger, parents }: PlanNode): boolean {
  return (
    parents.length > 0 &&
    (trigger === 'all_failed' || trigger === 'one_failed' || trigger === 'all_skipped')
  );
}

function beginOf(
  { parents, trigger }: PlanNode,
  ends: readonly (number | null)[],
  earliest: number,
): number | null {
  if (parents.length === 0 || trigger === 'always') {
    return earliest;
  }
  const before = parents.map(({ node }) => ends[node] ?? null);
  const known = before.filter((end) => end !== null);

  if (trigger === 'one_success' || trigger === 'one_done') {
    return known.length === 0 ? null : Math.max(earliest, Math.min(...known));
  }
  return known.length < before.length ? null : Math.max(earliest, ...known);
}

/** Of a node that has not begun. */
function endOf(asked: EndCase, what: PlanNode, begins: number, q: number): number | null {
  if (!isRunnable(what)) {
    return begins;
  }
  if (what.type === 'wait' && typeof what.seconds === 'number') {
    return windowed(what, begins + what.seconds * 1_000);
  }
  const ready = windowed(what, begins + what.delaySeconds * 1_000);
  return add(ready, plus(waitOf(asked, what, 0, q), ofRun(asked, what, 0, q)));
}

function windowed({ window }: RunnableNode, at: number): number {
  return window ? opensAt(window, at) : at;
}

/** Of a node that is open: what is left, from now on. */
function leftOf(asked: EndCase, node: number, what: PlanNode, q: number): number | null {
  const live = asked.live.get(node);
  const fanout = asked.state.fanouts.get(node);
  const { now } = asked;

  if (live === undefined || !isRunnable(what)) {
    // It has just ended, or is about to.
    return 0;
  }
  if (live.held) {
    return null;
  }
  if (fanout !== undefined) {
    return leftOfFanout(asked, what, fanout, live, q);
  }
  switch (live.status) {
    case 'pending':
    case 'delayed': {
      const held = Math.max(0, (live.dueAt ?? now) - now);
      return what.type === 'wait'
        ? held
        : add(held, plus(waitOf(asked, what, 0, q), ofRun(asked, what, 0, q)));
    }
    case 'ready':
      return plus(waitOf(asked, what, now - live.openedAt, q), ofRun(asked, what, 0, q));
    case 'dispatched':
    case 'running': {
      const elapsed = now - (live.startedAt ?? live.openedAt);
      return byProgress(live.progress, elapsed) ?? ofRun(asked, what, elapsed, q);
    }
  }
}

function leftOfFanout(
  asked: EndCase,
  what: RunnableNode,
  { total, succeeded, failed }: FanoutState,
  live: Underway,
  q: number,
): number | null {
  const elapsed = asked.now - live.openedAt;
  const done = succeeded + failed;
  if (live.status === 'delayed' && done === 0) {
    return add(Math.max(0, (live.dueAt ?? asked.now) - asked.now), ofRun(asked, what, 0, q));
  }
  // The oldest segment that is live opened with the others, unless they wait in line: then only those before it tell.
  const inLine = what.type === 'fanout' && what.maxParallel > 0 && what.maxParallel < total;
  const byItself = inLine ? null : byProgress(done / total, elapsed);

  return byItself ?? ofRun(asked, what, elapsed, q);
}

/** What is left of something that has come so far in so long a time. */
function byProgress(progress: number | null, elapsed: number): number | null {
  return progress === null || progress < LEAST_PROGRESS
    ? null
    : (elapsed * (1 - Math.min(1, progress))) / progress;
}

/**
 * Signals and waits wait for nobody, and may have no record of it; a window is waited out before. A fan-out as a whole runs from its opening:
 * what its segments wait is part of that.
 */
function waitOf(asked: EndCase, what: RunnableNode, elapsed: number, q: number): number | null {
  if (what.type === 'fanout') {
    return 0;
  }
  const sketch = asked.records.get(what.key)?.wait ?? null;
  const waitsForNobody =
    what.type === 'signal' || what.type === 'wait' || what.window !== undefined;

  return sketch === null ? (waitsForNobody ? 0 : null) : left(sketch, elapsed, q);
}

function ofRun(asked: EndCase, what: RunnableNode, elapsed: number, q: number): number | null {
  const sketch = asked.records.get(what.key)?.run ?? null;
  return sketch === null ? null : left(sketch, elapsed, q);
}

function left(sketch: Sketch, elapsed: number, q: number): number | null {
  const seconds = elapsed <= 0 ? quantile(sketch, q) : remaining(sketch, elapsed / 1_000, q);
  return seconds === null ? null : seconds * 1_000;
}

function add(moment: number, duration: number | null): number | null {
  return duration === null ? null : moment + duration;
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
