/**
 * The engine. `advance` takes what is known of one instance and what happened to it, and answers what its nodes become and what is to
 * be done: no I/O, no clock, no randomness. The same function runs in the server, in the property tests, in the browser.
 *
 *     state + events ──> settle the nodes they name ──> judge every node behind them ──> open, skip, route … ──> finished?
 *                                     ^                                                       |
 *                                     └────── nodes that end at once (start, end, route) ─────┘
 *
 * Templates may read outputs of earlier tasks, which live in the attempts and not in the state. When one is missing from the facts,
 * nothing is decided and the answer names the nodes whose outputs to load; being pure, the call is then simply made again.
 *
 * Events about nodes that are no longer open change nothing: a duplicate or a late event is not an error here.
 */
import { cancelAll } from './advance/drop.ts';
import { mergeReleases, type Effect } from './advance/effect.ts';
import type { EngineEvent } from './advance/event.ts';
import type { Facts } from './advance/facts.ts';
import { endSegment } from './advance/fanout.ts';
import { finish } from './advance/finish.ts';
import { mark, restart, retry, retrySegments } from './advance/moves.ts';
import { openNode } from './advance/open.ts';
import {
  beginRun,
  fail,
  planOf,
  settle,
  touch,
  type NodeFailure,
  type Run,
} from './advance/run.ts';
import type { Program } from './program.ts';
import type { State } from './state.ts';
import { incomingOf, judgeTrigger } from './trigger.ts';

export type { Effect, NodeRecord } from './advance/effect.ts';
export type { EngineEvent } from './advance/event.ts';
export type { EarlySignal, Facts } from './advance/facts.ts';
export type { NodeFailure } from './advance/run.ts';
export { MAX_SEGMENTS } from './advance/fanout.ts';

export type Advanced =
  | {
      readonly type: 'needs';
      readonly nodes: readonly number[];
      /** The signals that came early are needed. */
      readonly signals: boolean;
    }
  | {
      readonly type: 'advanced';
      readonly state: State;
      readonly effects: readonly Effect[];
      /** The first node that failed for good in this step; null if none did. */
      readonly failure: NodeFailure | null;
    };

export function advance(
  program: Program,
  state: State,
  events: readonly EngineEvent[],
  facts: Facts,
): Advanced {
  const run = beginRun(program, state, facts);

  for (const event of events) {
    take(run, event);
  }
  judgeQueued(run);

  if (run.outcome === 'stop' || run.outcome === 'cancel') {
    cancelAll(run);
  }
  if (!lacks(run) && !isHeld(run) && !run.state.nodes.includes('open')) {
    finish(run);
  }
  if (lacks(run)) {
    return { type: 'needs', nodes: [...run.needs], signals: run.needsSignals };
  }

  return {
    type: 'advanced',
    state: run.state,
    effects: mergeReleases(run.effects),
    failure: run.failure,
  };
}

function lacks({ needs, needsSignals }: Run): boolean {
  return needs.size > 0 || needsSignals;
}

/** A run that has to queue before it goes on has something to go on with. */
function isHeld({ outcome, state }: Run): boolean {
  return outcome === 'hold' && state.nodes.includes('pending');
}

function take(run: Run, event: EngineEvent): void {
  switch (event.type) {
    case 'start':
      // Nodes that were passed beforehand may open any other.
      run.queue.push(
        ...(run.state.nodes.includes('passed') ? run.program.nodes.keys() : run.program.roots),
      );
      return;
    case 'continue':
      touch(run);
      queueAll(run);
      return;
    case 'hold':
      run.outcome = 'hold';
      return;
    case 'cancel':
      run.outcome = 'cancel';
      return;
    case 'expire':
      run.outcome = 'stop';
      run.failure ??= { node: null, code: 'total_timeout', message: event.message };
      return;
    case 'retry':
      retry(run, event);
      queueAll(run);
      return;
    case 'mark':
      mark(run, event);
      queueAll(run);
      return;
    case 'restart':
      restart(run, event);
      queueAll(run);
      return;
    case 'retrySegments':
      retrySegments(run, event);
      queueAll(run);
      return;
    case 'succeeded':
    case 'failed':
      end(run, event);
  }
}

/** A run that was held in the queue, or moved to another version after its end, may have nodes that nobody has judged yet. */
function queueAll(run: Run): void {
  run.queue.push(...run.program.nodes.keys());
}

function end(run: Run, event: Extract<EngineEvent, { type: 'succeeded' | 'failed' }>): void {
  const { node } = event;
  if (run.state.nodes[node] !== 'open') {
    return;
  }
  const fanout = run.state.fanouts.get(node);
  if (fanout) {
    endSegment(run, node, fanout, event);
  } else if (event.type === 'succeeded') {
    settle(run, node, 'succeeded');
  } else {
    fail(run, { node, code: event.code, message: event.message });
  }
}

/**
 * Judges the queued nodes until nothing more can move at once, in the order of the plan, which is topological: all that comes before a
 * node has moved as far as it can when the node is judged. What becomes of it depends on what happened, then, and not on the order in
 * which its edges were drawn; that is what lets `plan/prune.ts` leave nodes and edges out.
 */
function judgeQueued(run: Run): void {
  const queued = new Set<number>();
  let first = run.program.nodes.length;

  const line = (): void => {
    for (let next = run.queue.pop(); next !== undefined; next = run.queue.pop()) {
      queued.add(next);
      first = Math.min(first, next);
    }
  };
  line();

  for (let node = first; queued.size > 0; node += 1) {
    if (queued.delete(node) && run.state.nodes[node] === 'pending' && run.outcome === 'finish') {
      judge(run, node);
      line();
    }
  }
}

function judge(run: Run, node: number): void {
  const { trigger, parents } = planOf(run, node);
  const verdict = judgeTrigger(trigger, incomingOf(run.program.plan, run.state, parents));

  if (verdict === 'run') {
    openNode(run, node);
  } else if (verdict !== 'wait') {
    settle(run, node, verdict);
  }
}
