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
import type {
  Evaluated,
  Expression,
  ExpressionError,
  References,
} from './expression/expression.ts';
import type { Scope } from './expression/scope.ts';
import type { Template } from './expression/template.ts';
import type { Json, JsonObject } from './json.ts';
import {
  isRunnable,
  type Plan,
  type PlanNode,
  type PlanParent,
  type PlanRunnable,
  type RunnableNode,
} from './plan.ts';
import type { Program } from './program.ts';
import { judgeSignal } from './signal.ts';
import { copyState, type FanoutState, type NodeStatus, type State } from './state.ts';
import type { FailureCode } from './states.ts';
import { judgeTrigger, type Incoming } from './trigger.ts';
import { opensAt, parseMoment } from './window.ts';

export type EngineEvent =
  | { readonly type: 'start' }
  /** A task, or one segment of a fan-out, ended for good: its retries, if any, are used up. */
  | { readonly type: 'succeeded'; readonly node: number }
  | {
      readonly type: 'failed';
      readonly node: number;
      readonly code: FailureCode;
      readonly message: string;
    }
  /** A person settles a node, whatever it is doing: `skipped` counts as succeeded for what lies behind it. */
  | {
      readonly type: 'mark';
      readonly node: number;
      readonly as: 'succeeded' | 'failed' | 'skipped';
      readonly message: string;
    }
  /** A person starts a node over, and everything behind it. */
  | { readonly type: 'restart'; readonly node: number }
  /** A person starts so many failed segments of a fan-out over; if it had failed, so does everything behind it. */
  | { readonly type: 'retrySegments'; readonly node: number; readonly count: number }
  /** Judge everything that has not begun: the run was moved to another version. */
  | { readonly type: 'continue' }
  /** Let nothing begin yet: the run joins the queue of its workflow. Comes last. */
  | { readonly type: 'hold' }
  | { readonly type: 'cancel' }
  /** The time of the whole run is up: what is open ends, and the run has failed. */
  | { readonly type: 'expire'; readonly message: string }
  /** Start over what failed. `failedSegments`: how many of each fan-out did not succeed, which are the ones to repeat. */
  | {
      readonly type: 'retry';
      readonly failedSegments: ReadonlyMap<number, number>;
    };

/** What the expressions of an instance may read. `outputs` holds those of finished nodes that were loaded, by node index. */
export type Facts = {
  readonly input: Json;
  readonly context: JsonObject;
  readonly object: { readonly id: string };
  readonly instance: { readonly id: string; readonly workflow: string; readonly version: number };
  readonly outputs: ReadonlyMap<number, Json | null>;
  /** In ms since the epoch: delays, waits and windows count from here. */
  readonly now: number;
  /** Signals that came early, the oldest first; null: not loaded. */
  readonly signals: readonly EarlySignal[] | null;
};

export type EarlySignal = { readonly id: string; readonly name: string; readonly payload: Json };

export type NodeFailure = {
  /** Null: it was no node's failure but the run's. */
  readonly node: number | null;
  readonly code: FailureCode;
  readonly message: string;
};

export type Effect =
  /** Make a live task. `at`: not to begin (of a signal: not to wait on) before or after then, in ms; null: at once, for ever. */
  | {
      readonly type: 'open';
      readonly node: number;
      readonly input: Json | null;
      readonly at: number | null;
    }
  /** Make live tasks of the first `parallel` segments; the others wait in line, at the places from `parallel` on. */
  | {
      readonly type: 'fan';
      readonly node: number;
      readonly inputs: readonly (Json | null)[];
      readonly parallel: number;
      readonly at: number | null;
    }
  /** Make live tasks of the `count` segments in line from place `first` on. */
  | {
      readonly type: 'release';
      readonly node: number;
      readonly first: number;
      readonly count: number;
    }
  /**
   * Bring segments of a fan-out back: the first `parallel` as live tasks, the others in line, at the places from `first` on, before those that
   * wait there. `all`: no other segment of it is under way.
   */
  | {
      readonly type: 'reopen';
      readonly node: number;
      readonly parallel: number;
      readonly first: number;
      readonly all: boolean;
      readonly at: number | null;
    }
  /** Take the live tasks of a node away. */
  | { readonly type: 'drop'; readonly node: number }
  /** Forget the segments of a fan-out that wait in line. */
  | { readonly type: 'forget'; readonly node: number }
  /** A node ended without any worker's doing: keep the trace of it. */
  | ({ readonly type: 'record' } & NodeRecord)
  /** A node took a signal that had come early. */
  | { readonly type: 'consume'; readonly node: number; readonly signal: string }
  | {
      readonly type: 'finish';
      readonly status: 'succeeded' | 'failed' | 'cancelled';
      readonly output: Json | null;
    };

/** An attempt that nobody was handed. */
export type NodeRecord = { readonly node: number } & (
  | { readonly outcome: 'succeeded'; readonly output: Json | null }
  | { readonly outcome: 'failed'; readonly code: FailureCode; readonly message: string }
);

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

/** Working memory of one call. */
type Run = {
  program: Program;
  readonly facts: Facts;
  readonly state: State;
  readonly effects: Effect[];
  readonly needs: Set<number>;
  needsSignals: boolean;
  /** Early signals that this call took. */
  readonly consumed: Set<string>;
  /** Outputs that came about in this call. */
  readonly outputs: Map<number, Json | null>;
  /** Nodes to judge. */
  readonly queue: number[];
  failure: NodeFailure | null;
  outcome: 'finish' | 'stop' | 'cancel' | 'hold';
};

/** Items of one fan-out. More than this is a mistake in the expression rather than a wish. */
export const MAX_SEGMENTS = 100_000;

export function advance(
  program: Program,
  state: State,
  events: readonly EngineEvent[],
  facts: Facts,
): Advanced {
  const run: Run = {
    program: programFor(program, state),
    facts,
    state: copyState(state),
    effects: [],
    needs: new Set(),
    needsSignals: false,
    consumed: new Set(),
    outputs: new Map(),
    queue: [],
    failure: null,
    outcome: 'finish',
  };

  for (const event of events) {
    take(run, event);
  }
  drain(run);

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
      judgeAll(run);
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
      retry(run, event.failedSegments);
      judgeAll(run);
      return;
    case 'mark':
      mark(run, event);
      judgeAll(run);
      return;
    case 'restart':
      restart(run, event.node);
      judgeAll(run);
      return;
    case 'retrySegments':
      retrySegments(run, event.node, event.count);
      judgeAll(run);
      return;
    case 'succeeded':
    case 'failed': {
      if (run.state.nodes[event.node] !== 'open') {
        return;
      }
      const fanout = run.state.fanouts.get(event.node);
      if (fanout) {
        endSegment(run, event.node, fanout, event);
      } else if (event.type === 'succeeded') {
        settle(run, event.node, 'succeeded');
      } else {
        fail(run, { node: event.node, code: event.code, message: event.message });
      }
    }
  }
}

/** A run that was held in the queue, or moved to another version after its end, may have nodes that nobody has judged yet. */
function judgeAll(run: Run): void {
  run.queue.push(...run.program.nodes.keys());
}

/** Most plans have no implied edges, and need not look. */
function programFor(program: Program, { touched, nodes }: State): Program {
  const { whole } = program;
  return whole !== null && (touched || nodes.includes('passed')) ? whole : program;
}

/** From now on a node may have ended otherwise than by its parents: the edges that the plan found to be implied by others count. */
function touch(run: Run): void {
  run.state.touched = true;
  run.program = run.program.whole ?? run.program;
}

/** One segment less: the latch of the fan-out. The node ends with its last segment. */
function endSegment(
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
    if (fanout.made < fanout.total) {
      run.state.fanouts.set(node, { ...fanout, made: fanout.made + 1 });
      run.effects.push({ type: 'release', node, first: fanout.made, count: 1 });
    }
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

function toleratedFailures(plan: PlanNode, total: number): number {
  return plan.type === 'fanout'
    ? Math.max(plan.tolerance.count, Math.floor((total * plan.tolerance.percent) / 100))
    : 0;
}

/** Gives a node its final status and queues the nodes behind it. */
function settle(
  run: Run,
  node: number,
  status: Exclude<NodeStatus, 'pending' | 'open' | 'cancelled'>,
): void {
  run.state.nodes[node] = status;
  run.queue.push(...planOf(run, node).children);
}

function fail(run: Run, failure: NodeFailure & { readonly node: number }): void {
  const plan = planOf(run, failure.node);
  settle(run, failure.node, 'failed');

  if (!isTolerated(plan)) {
    run.failure ??= failure;
    if (run.program.plan.stopOnFailure && run.outcome === 'finish') {
      run.outcome = 'stop';
    }
  }
}

/**
 * Judges the queued nodes until nothing more can move at once, in the order of the plan, which is topological: all that comes before a
 * node has moved as far as it can when the node is judged. What becomes of it depends on what happened, then, and not on the order in
 * which its edges were drawn; that is what lets `plan/prune.ts` leave nodes and edges out.
 */
function drain(run: Run): void {
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
    if (!queued.delete(node)) {
      continue;
    }
    if (run.state.nodes[node] !== 'pending' || run.outcome !== 'finish') {
      continue;
    }

    const verdict = judgeTrigger(
      planOf(run, node).trigger,
      incomingOf(run.program.plan, run.state, planOf(run, node).parents),
    );
    if (verdict === 'run') {
      open(run, node);
    } else if (verdict !== 'wait') {
      settle(run, node, verdict);
    }
    line();
  }
}

/** Counts the latch of a node. An edge out of a route that took other branches is a skipped one. */
export function incomingOf(
  { nodes }: Plan,
  state: State,
  parents: readonly PlanParent[],
): Incoming {
  const counts = { succeeded: 0, failed: 0, skipped: 0, upstreamFailed: 0 };

  for (const parent of parents) {
    const status = state.nodes[parent.node];

    if (status === 'succeeded' || status === 'passed') {
      const taken =
        parent.branch === null ||
        (state.branches.get(parent.node)?.includes(parent.branch) ?? true);
      counts[taken ? 'succeeded' : 'skipped'] += 1;
    } else if (status === 'failed' || status === 'cancelled') {
      counts[isTolerated(nodes[parent.node]) ? 'succeeded' : 'failed'] += 1;
    } else if (status === 'skipped') {
      counts.skipped += 1;
    } else if (status === 'upstream_failed') {
      counts.upstreamFailed += 1;
    }
  }

  return { total: parents.length, ...counts };
}

function isTolerated(plan: PlanNode | undefined): boolean {
  return plan !== undefined && isRunnable(plan) && plan.tolerated;
}

function open(run: Run, node: number): void {
  const plan = planOf(run, node);

  switch (plan.type) {
    case 'start':
    case 'end':
      settle(run, node, 'succeeded');
      return;
    case 'route':
      openRoute(run, node, plan.first);
      return;
    case 'fanout':
      openFanout(run, node, plan);
      return;
    case 'task':
    case 'http':
    case 'script':
    case 'workflow':
    case 'wait':
    case 'signal':
    case 'notify':
      openTask(run, node, plan);
  }
}

function openTask(run: Run, node: number, plan: RunnableNode): void {
  const { input: template = null, due = null } = run.program.nodes[node] ?? {};
  const input = template === null ? NOTHING : evaluate(run, template, render(template));
  const waits = due === null ? NOTHING : evaluate(run, due, render(due));

  if (input === 'needs' || waits === 'needs') {
    return;
  }
  if (!input.ok) {
    failExpression(run, node, input.error);
    return;
  }
  const at = waits.ok ? beginsAt(plan, waits.value, run.facts.now) : waits;
  if (at !== null && typeof at !== 'number') {
    failExpression(run, node, at.error);
    return;
  }
  if (plan.type === 'wait' && at === null) {
    settle(run, node, 'succeeded');
    return;
  }
  if (plan.type === 'signal' && takeEarlySignal(run, node, plan)) {
    return;
  }

  run.state.nodes[node] = 'open';
  run.effects.push({ type: 'open', node, input: input.value, at });
}

/** A signal that came before its node was opened is taken now. One that cannot be an approval is passed over. */
function takeEarlySignal(
  run: Run,
  node: number,
  { signal, approval }: Extract<PlanNode, { type: 'signal' }>,
): boolean {
  if (run.facts.signals === null) {
    run.needsSignals = true;
    return true;
  }

  for (const { id, name, payload } of run.facts.signals) {
    if (name !== signal || run.consumed.has(id)) {
      continue;
    }
    const judged = judgeSignal(approval, payload);
    if (judged.verdict === 'malformed') {
      continue;
    }
    run.consumed.add(id);
    run.effects.push({ type: 'consume', node, signal: id });

    if (judged.verdict === 'accepted') {
      run.outputs.set(node, payload);
      run.effects.push({ type: 'record', node, outcome: 'succeeded', output: payload });
      settle(run, node, 'succeeded');
    } else {
      failAtOnce(run, { node, code: 'rejected', message: judged.message });
    }
    return true;
  }

  return false;
}

/** A node that fails before anybody was handed it. */
function failAtOnce(run: Run, failure: NodeFailure & { readonly node: number }): void {
  run.effects.push({ type: 'record', outcome: 'failed', ...failure });
  fail(run, failure);
}

const NOTHING: Evaluated = { ok: true, value: null };

/** When a node whose turn has come may begin (or, of a signal, is given up): null if at once (or never). */
function beginsAt(
  plan: RunnableNode,
  waits: Json,
  now: number,
): number | null | Extract<Evaluated, { ok: false }> {
  if (plan.type === 'signal') {
    return plan.timeoutSeconds === null ? null : now + plan.timeoutSeconds * 1_000;
  }
  const earliest = plan.type === 'wait' ? endOfWait(plan, waits, now) : delayed(plan, now);

  if (typeof earliest !== 'number') {
    return earliest;
  }
  const at = plan.window ? opensAt(plan.window, earliest) : earliest;
  return at > now ? at : null;
}

function delayed({ delaySeconds }: PlanRunnable, now: number): number {
  return now + delaySeconds * 1_000;
}

function endOfWait(
  { seconds, until }: Extract<PlanNode, { type: 'wait' }>,
  waits: Json,
  now: number,
): number | Extract<Evaluated, { ok: false }> {
  if (until !== null) {
    const moment = typeof waits === 'string' ? parseMoment(waits) : null;
    return (
      moment ?? wrong(until, `must be a time such as 2026-11-21T08:00:00Z, not ${shown(waits)}`)
    );
  }
  if (seconds === null) {
    return now;
  }

  return typeof waits === 'number' && waits >= 0 && waits <= MOST_WAIT_SECONDS
    ? now + waits * 1_000
    : wrong(
        String(seconds),
        `must be a number of seconds from 0 to ${MOST_WAIT_SECONDS}, not ${shown(waits)}`,
      );
}

/** A year: the definition's own limit of a number of seconds. */
const MOST_WAIT_SECONDS = 31_536_000;

function wrong(source: string, message: string): Extract<Evaluated, { ok: false }> {
  return { ok: false, error: { expression: source, message, start: 0, end: source.length } };
}

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, 100);
}

function openRoute(run: Run, node: number, first: boolean): void {
  const taken: string[] = [];

  for (const branch of run.program.nodes[node]?.cases ?? []) {
    const answer = evaluate(run, branch.when, test(branch.when));

    if (answer === 'needs') {
      return;
    }
    if (!answer.ok) {
      failExpression(run, node, answer.error);
      return;
    }
    if (answer.value === true) {
      taken.push(branch.key);
      if (first) {
        break;
      }
    }
  }

  run.state.branches.set(node, taken.length > 0 ? taken : ['default']);
  settle(run, node, 'succeeded');
}

function openFanout(run: Run, node: number, plan: Extract<PlanNode, { type: 'fanout' }>): void {
  const { items, input: template } = run.program.nodes[node] ?? {};
  if (!items) {
    return;
  }

  const list = evaluate(run, items, (scope) => listOf(items, scope));
  if (list === 'needs') {
    return;
  }
  if (!list.ok) {
    failExpression(run, node, list.error);
    return;
  }

  const values = list.value as readonly Json[];
  const inputs: (Json | null)[] = [];

  if (template) {
    const scope = scopeFor(run, template.references);
    if (scope === 'needs') {
      return;
    }
    for (const [index, item] of values.entries()) {
      const input = template.render({ ...scope, item, index });
      if (!input.ok) {
        failExpression(run, node, {
          ...input.error,
          message: `segment ${index}: ${input.error.message}`,
        });
        return;
      }
      inputs.push(input.value);
    }
  } else {
    inputs.push(...values);
  }

  if (inputs.length === 0) {
    run.state.fanouts.set(node, { total: 0, succeeded: 0, failed: 0, made: 0 });
    settle(run, node, 'succeeded');
    return;
  }
  const total = inputs.length;
  const parallel = Math.min(plan.maxParallel || total, total);
  const at = beginsAt(plan, null, run.facts.now);

  run.state.nodes[node] = 'open';
  run.state.fanouts.set(node, { total, succeeded: 0, failed: 0, made: parallel });
  run.effects.push({ type: 'fan', node, inputs, parallel, at: typeof at === 'number' ? at : null });
}

function failExpression(run: Run, node: number, error: ExpressionError): void {
  failAtOnce(run, {
    node,
    code: 'expression',
    message: `${error.message} (in ${error.expression}, characters ${error.start} to ${error.end})`,
  });
}

const render =
  (template: Template) =>
  (scope: Scope): Evaluated =>
    template.render(scope);

const test =
  (condition: Expression) =>
  (scope: Scope): Evaluated => {
    const answer = condition.evaluate(scope);
    return answer.ok && typeof answer.value !== 'boolean'
      ? mistyped(condition, `a condition must be true or false, not ${describe(answer.value)}`)
      : answer;
  };

function listOf(items: Expression, scope: Scope): Evaluated {
  const answer = items.evaluate(scope);
  if (!answer.ok) {
    return answer;
  }
  if (!Array.isArray(answer.value)) {
    return mistyped(items, `items must be a list, not ${describe(answer.value)}`);
  }
  return answer.value.length > MAX_SEGMENTS
    ? mistyped(items, `${answer.value.length} items are more than the ${MAX_SEGMENTS} allowed`)
    : answer;
}

function mistyped(expression: Expression, message: string): Evaluated {
  const { source } = expression;
  return { ok: false, error: { expression: source, message, start: 0, end: source.length } };
}

function describe(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function evaluate(
  run: Run,
  reader: { readonly references: References },
  read: (scope: Scope) => Evaluated,
): Evaluated | 'needs' {
  const scope = scopeFor(run, reader.references);
  return scope === 'needs' ? scope : read(scope);
}

/** The names an expression may use. Outputs of finished tasks that it names but that were not loaded are asked for. */
function scopeFor(run: Run, references: References): Scope | 'needs' {
  const { facts, program, state } = run;
  const tasks: Record<string, { output: Json | null; status: string }> = {};
  let complete = true;

  for (const key of references.tasks) {
    const node = program.index.get(key);
    const status = node === undefined ? undefined : state.nodes[node];

    if (node === undefined || status === undefined) {
      continue;
    }
    // A fan-out over nothing left no attempt to load its output from.
    const empty = state.fanouts.get(node)?.total === 0;
    const known = facts.outputs.has(node) || run.outputs.has(node);
    const lacking = hasOutput(planOf(run, node)) && !empty && !known;

    if (status === 'succeeded' && lacking) {
      run.needs.add(node);
      complete = false;
    }
    tasks[key] = {
      output: empty ? [] : (run.outputs.get(node) ?? facts.outputs.get(node) ?? null),
      status: status === 'passed' ? 'skipped' : status,
    };
  }

  if (!complete) {
    return 'needs';
  }

  return {
    input: facts.input,
    context: facts.context,
    env: program.plan.env,
    object: facts.object,
    instance: facts.instance,
    tasks,
  };
}

function hasOutput(plan: PlanNode): boolean {
  return isRunnable(plan) && plan.type !== 'wait';
}

function cancelAll(run: Run): void {
  for (const [node, status] of run.state.nodes.entries()) {
    if (status === 'open') {
      dropTasksOf(run, node);
    }
    if (status === 'open' || status === 'pending') {
      run.state.nodes[node] = 'cancelled';
    }
  }
}

/** A node that opened in this very call has no live task yet: it is never made. Nor are the segments that this call let go. */
function dropTasksOf(run: Run, node: number): void {
  keepInLine(run, node);
  const opened = run.effects.findIndex(
    (effect) =>
      (effect.type === 'open' || effect.type === 'fan' || effect.type === 'reopen') &&
      effect.node === node,
  );

  const effect = run.effects[opened];

  if (effect === undefined) {
    run.effects.push({ type: 'drop', node });
  } else if (effect.type === 'reopen') {
    // What it brings back stays unfinished: all of it waits in line for another retry.
    const fanout = run.state.fanouts.get(node);
    const first = effect.first - effect.parallel;
    run.effects[opened] = { ...effect, parallel: 0, first };
    if (fanout) {
      run.state.fanouts.set(node, { ...fanout, made: first });
    }
    if (!effect.all) {
      run.effects.push({ type: 'drop', node });
    }
  } else {
    run.effects.splice(opened, 1);
    run.state.fanouts.delete(node);
  }
}

function keepInLine(run: Run, node: number): void {
  const fanout = run.state.fanouts.get(node);
  const released = run.effects.filter((one) => one.type === 'release' && one.node === node).length;

  if (fanout && released > 0) {
    run.state.fanouts.set(node, { ...fanout, made: fanout.made - released });
    run.effects.splice(
      0,
      run.effects.length,
      ...run.effects.filter((one) => one.type !== 'release' || one.node !== node),
    );
  }
}

/** Which nodes are leaves. What was passed has nothing to say: where all that lies behind a node was passed, the node is the leaf. */
function leavesOf({ program, state }: Run): readonly boolean[] {
  const leaves: boolean[] = [];

  for (let node = program.plan.nodes.length - 1; node >= 0; node -= 1) {
    const children = program.plan.nodes[node]?.children ?? [];
    leaves[node] = children.every(
      (child) => state.nodes[child] === 'passed' && leaves[child] === true,
    );
  }
  return leaves;
}

/** Nothing is open any more. As in Airflow the leaves decide: a run failed if one of them failed or never came to run because of a failure. */
function finish(run: Run): void {
  if (run.outcome === 'cancel') {
    run.effects.push({ type: 'finish', status: 'cancelled', output: null });
    return;
  }

  const decides = leavesOf(run);
  const failed =
    run.outcome === 'stop' ||
    run.program.plan.nodes.some((plan, node) => {
      const status = run.state.nodes[node];
      return (
        decides[node] === true &&
        (status === 'upstream_failed' ||
          status === 'cancelled' ||
          (status === 'failed' && !isTolerated(plan)))
      );
    });

  if (failed) {
    // After a restart the failure that counts may be an old one, of a node that was left as it was.
    run.failure ??= earlierFailure(run);
  }

  if (failed || run.program.output === null) {
    run.effects.push({ type: 'finish', status: failed ? 'failed' : 'succeeded', output: null });
    return;
  }

  const output = evaluate(run, run.program.output, render(run.program.output));
  if (output === 'needs') {
    return;
  }
  if (output.ok) {
    run.effects.push({ type: 'finish', status: 'succeeded', output: output.value });
  } else {
    run.failure ??= {
      node: null,
      code: 'expression',
      message: `output of the workflow: ${output.error.message} (in ${output.error.expression})`,
    };
    run.effects.push({ type: 'finish', status: 'failed', output: null });
  }
}

/**
 * Brings what failed, was cancelled or was left out because of it back to `pending`, and judges again. What succeeded stays; so does
 * what was skipped for other reasons.
 */
function retry(run: Run, failedSegments: ReadonlyMap<number, number>): void {
  const { state } = run;
  const again = new Set<number>();

  for (const [node, plan] of run.program.plan.nodes.entries()) {
    const status = state.nodes[node];
    const behind = plan.parents.some((parent) => again.has(parent.node));
    // A failure that is tolerated stays, and so does what was skipped behind it.
    const lost =
      (status === 'failed' && !isTolerated(plan)) ||
      status === 'cancelled' ||
      status === 'upstream_failed';

    if (lost || (behind && status === 'skipped')) {
      again.add(node);
    }
  }

  for (const node of again) {
    const fanout = state.fanouts.get(node);
    const segments = failedSegments.get(node) ?? 0;

    if (fanout && segments > 0) {
      const parallel = Math.min(parallelOf(run, node), segments);
      const first = fanout.total - segments + parallel;
      state.nodes[node] = 'open';
      state.fanouts.set(node, {
        total: fanout.total,
        succeeded: fanout.total - segments,
        failed: 0,
        made: first,
      });
      run.effects.push({
        type: 'reopen',
        node,
        parallel,
        first,
        all: true,
        at: againAt(run, node),
      });
    } else {
      clear(run, node);
    }
  }
}

/** Segments that are brought back wait for the node's delay and window as they did the first time. */
function againAt(run: Run, node: number): number | null {
  const plan = planOf(run, node);
  const at = plan.type === 'fanout' ? beginsAt(plan, null, run.facts.now) : null;
  return typeof at === 'number' ? at : null;
}

/** How many segments of a fan-out may be under way at once. */
function parallelOf(run: Run, node: number): number {
  const plan = planOf(run, node);
  return plan.type === 'fanout' && plan.maxParallel > 0 ? plan.maxParallel : MAX_SEGMENTS;
}

/** Makes a node as if its turn had never come. */
function clear(run: Run, node: number): void {
  if (run.state.nodes[node] === 'open') {
    dropTasksOf(run, node);
  }
  forgetLine(run, node);
  run.state.nodes[node] = 'pending';
  run.state.fanouts.delete(node);
  run.state.branches.delete(node);
}

function forgetLine(run: Run, node: number): void {
  const fanout = run.state.fanouts.get(node);
  if (fanout && fanout.made < fanout.total) {
    run.effects.push({ type: 'forget', node });
  }
}

/** All nodes that can be reached from one, in the order of the plan. */
function behind(run: Run, node: number): number[] {
  const found = new Set([node]);

  for (const [other, plan] of run.program.plan.nodes.entries()) {
    if (plan.parents.some((parent) => found.has(parent.node))) {
      found.add(other);
    }
  }
  found.delete(node);
  return [...found];
}

/** What was passed stays so: a person wanted it left out. */
function restart(run: Run, node: number): void {
  const after = behind(run, node).filter((other) => run.state.nodes[other] !== 'passed');

  for (const other of [node, ...after]) {
    clear(run, other);
  }
}

/** What never ran because of how the node had ended, or had not, is judged again. What ran, or runs, stays. */
function mark(run: Run, { node, as, message }: Extract<EngineEvent, { type: 'mark' }>): void {
  touch(run);
  clear(run, node);
  const again = behind(run, node).filter((other) => {
    const status = run.state.nodes[other];
    return status === 'skipped' || status === 'upstream_failed' || status === 'cancelled';
  });
  for (const other of again) {
    clear(run, other);
  }

  if (as === 'failed') {
    fail(run, { node, code: 'error', message });
  } else {
    settle(run, node, as === 'skipped' ? 'passed' : 'succeeded');
  }
}

function retrySegments(run: Run, node: number, count: number): void {
  const fanout = run.state.fanouts.get(node);
  const status = run.state.nodes[node];
  if (fanout === undefined || count === 0 || count > fanout.failed) {
    return;
  }
  if (status !== 'open') {
    for (const other of behind(run, node).filter((one) => run.state.nodes[one] !== 'passed')) {
      clear(run, other);
    }
  }
  const live = fanout.made - fanout.succeeded - fanout.failed;
  const parallel = Math.min(count, Math.max(0, parallelOf(run, node) - live));
  const made = fanout.made - (count - parallel);

  run.state.nodes[node] = 'open';
  run.state.fanouts.set(node, { ...fanout, failed: fanout.failed - count, made });
  run.effects.push({
    type: 'reopen',
    node,
    parallel,
    first: made,
    all: false,
    at: againAt(run, node),
  });
}

function earlierFailure(run: Run): NodeFailure | null {
  const node = run.program.plan.nodes.findIndex(
    (plan, index) => run.state.nodes[index] === 'failed' && !isTolerated(plan),
  );
  return node === -1
    ? null
    : { node, code: 'error', message: `"${planOf(run, node).key}" had failed before` };
}

/** Many segments of one fan-out may end in one batch: one effect for all of them. */
function mergeReleases(effects: readonly Effect[]): Effect[] {
  const merged = new Map<number, Extract<Effect, { type: 'release' }>>();
  for (const effect of effects) {
    if (effect.type === 'release') {
      const before = merged.get(effect.node);
      merged.set(effect.node, before ? { ...before, count: before.count + effect.count } : effect);
    }
  }

  return [...effects.filter((effect) => effect.type !== 'release'), ...merged.values()];
}

function planOf(run: Run, node: number): PlanNode {
  const plan = run.program.plan.nodes[node];
  if (plan === undefined) {
    throw new Error(`the plan has no node ${node}`);
  }
  return plan;
}
