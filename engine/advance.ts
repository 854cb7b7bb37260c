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
import type { PlanNode } from './plan.ts';
import type { Program } from './program.ts';
import { copyState, type FanoutState, type NodeStatus, type State } from './state.ts';
import type { FailureCode } from './states.ts';
import { judgeTrigger, type Incoming } from './trigger.ts';

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
  | { readonly type: 'cancel' }
  /** The time of the whole run is up: what is open ends, and the run has failed. */
  | { readonly type: 'expire'; readonly message: string }
  /** Start over what failed. `failedSegments` are those of each failed fan-out, which are the ones to repeat. */
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
};

export type NodeFailure = {
  /** Null: it was no node's failure but the run's. */
  readonly node: number | null;
  readonly code: FailureCode;
  readonly message: string;
};

export type Effect =
  /** Make a live task. */
  | { readonly type: 'open'; readonly node: number; readonly input: Json | null }
  /** Make one live task per segment; from `parallel` on they are held back until others end. */
  | {
      readonly type: 'fan';
      readonly node: number;
      readonly inputs: readonly (Json | null)[];
      readonly parallel: number;
    }
  /** Let so many more segments of a fan-out go. */
  | { readonly type: 'release'; readonly node: number; readonly count: number }
  /** Bring the failed segments of a fan-out back. */
  | { readonly type: 'reopen'; readonly node: number; readonly parallel: number }
  /** Take the live tasks of a node away. */
  | { readonly type: 'drop'; readonly node: number }
  /** A node failed without any worker's doing: keep the trace of it. */
  | { readonly type: 'record'; readonly failure: NodeFailure & { readonly node: number } }
  | {
      readonly type: 'finish';
      readonly status: 'succeeded' | 'failed' | 'cancelled';
      readonly output: Json | null;
    };

export type Advanced =
  | { readonly type: 'needs'; readonly nodes: readonly number[] }
  | {
      readonly type: 'advanced';
      readonly state: State;
      readonly effects: readonly Effect[];
      /** The first node that failed for good in this step; null if none did. */
      readonly failure: NodeFailure | null;
    };

/** Working memory of one call. */
type Run = {
  readonly program: Program;
  readonly facts: Facts;
  readonly state: State;
  readonly effects: Effect[];
  readonly needs: Set<number>;
  /** Nodes to judge, each at most once at a time. */
  readonly queue: number[];
  failure: NodeFailure | null;
  outcome: 'finish' | 'stop' | 'cancel';
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
    program,
    facts,
    state: copyState(state),
    effects: [],
    needs: new Set(),
    queue: [],
    failure: null,
    outcome: 'finish',
  };

  for (const event of events) {
    take(run, event);
  }
  drain(run);

  if (run.outcome !== 'finish') {
    cancelAll(run);
  }
  if (run.needs.size === 0 && !run.state.nodes.includes('open')) {
    finish(run);
  }
  if (run.needs.size > 0) {
    return { type: 'needs', nodes: [...run.needs] };
  }

  return {
    type: 'advanced',
    state: run.state,
    effects: mergeReleases(run.effects),
    failure: run.failure,
  };
}

function take(run: Run, event: EngineEvent): void {
  switch (event.type) {
    case 'start':
      run.queue.push(...run.program.roots);
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
    const plan = planOf(run, node);
    if (plan.type === 'fanout' && plan.maxParallel > 0) {
      run.effects.push({ type: 'release', node, count: 1 });
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

/** Judges the queued nodes until nothing more can move at once. */
function drain(run: Run): void {
  for (let node = run.queue.shift(); node !== undefined; node = run.queue.shift()) {
    if (run.state.nodes[node] !== 'pending' || run.outcome !== 'finish') {
      continue;
    }

    const verdict = judgeTrigger(planOf(run, node).trigger, incomingOf(run, node));
    if (verdict === 'run') {
      open(run, node);
    } else if (verdict !== 'wait') {
      settle(run, node, verdict);
    }
  }
}

/** Counts the latch of a node. An edge out of a route that took other branches is a skipped one. */
function incomingOf(run: Run, node: number): Incoming {
  const { parents } = planOf(run, node);
  const counts = { succeeded: 0, failed: 0, skipped: 0, upstreamFailed: 0 };

  for (const parent of parents) {
    const status = run.state.nodes[parent.node];

    if (status === 'succeeded') {
      const taken =
        parent.branch === null ||
        (run.state.branches.get(parent.node)?.includes(parent.branch) ?? true);
      counts[taken ? 'succeeded' : 'skipped'] += 1;
    } else if (status === 'failed' || status === 'cancelled') {
      counts[isTolerated(planOf(run, parent.node)) ? 'succeeded' : 'failed'] += 1;
    } else if (status === 'skipped') {
      counts.skipped += 1;
    } else if (status === 'upstream_failed') {
      counts.upstreamFailed += 1;
    }
  }

  return { total: parents.length, ...counts };
}

function isTolerated(plan: PlanNode): boolean {
  return (plan.type === 'task' || plan.type === 'fanout') && plan.tolerated;
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
    case 'task':
      openTask(run, node);
      return;
    case 'fanout':
      openFanout(run, node, plan.maxParallel);
  }
}

function openTask(run: Run, node: number): void {
  const template = run.program.nodes[node]?.input ?? null;
  const input = template === null ? null : evaluate(run, template, render(template));

  if (input === 'needs') {
    return;
  }
  if (input !== null && !input.ok) {
    failExpression(run, node, input.error);
    return;
  }

  run.state.nodes[node] = 'open';
  run.effects.push({ type: 'open', node, input: input?.value ?? null });
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

function openFanout(run: Run, node: number, maxParallel: number): void {
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
    run.state.fanouts.set(node, { total: 0, succeeded: 0, failed: 0 });
    settle(run, node, 'succeeded');
    return;
  }

  run.state.nodes[node] = 'open';
  run.state.fanouts.set(node, { total: inputs.length, succeeded: 0, failed: 0 });
  run.effects.push({ type: 'fan', node, inputs, parallel: maxParallel || inputs.length });
}

function failExpression(run: Run, node: number, error: ExpressionError): void {
  const failure = {
    node,
    code: 'expression' as const,
    message: `${error.message} (in ${error.expression}, characters ${error.start} to ${error.end})`,
  };
  run.effects.push({ type: 'record', failure });
  fail(run, failure);
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
    const lacking = hasOutput(planOf(run, node)) && !empty && !facts.outputs.has(node);

    if (status === 'succeeded' && lacking) {
      run.needs.add(node);
      complete = false;
    }
    tasks[key] = { output: empty ? [] : (facts.outputs.get(node) ?? null), status };
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
  return plan.type === 'task' || plan.type === 'fanout';
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

/** A node that opened in this very call has no live task yet: it is never made. */
function dropTasksOf(run: Run, node: number): void {
  const opened = run.effects.findIndex(
    (effect) =>
      (effect.type === 'open' || effect.type === 'fan' || effect.type === 'reopen') &&
      effect.node === node,
  );

  if (opened === -1) {
    run.effects.push({ type: 'drop', node });
  } else {
    run.effects.splice(opened, 1);
  }
}

/** Nothing is open any more. As in Airflow the leaves decide: a run failed if one of them failed or never came to run because of a failure. */
function finish(run: Run): void {
  if (run.outcome === 'cancel') {
    run.effects.push({ type: 'finish', status: 'cancelled', output: null });
    return;
  }

  const failed =
    run.outcome === 'stop' ||
    run.program.plan.nodes.some((plan, node) => {
      const status = run.state.nodes[node];
      return (
        plan.children.length === 0 &&
        (status === 'upstream_failed' || (status === 'failed' && !isTolerated(plan)))
      );
    });

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
    const lost = status === 'failed' || status === 'cancelled' || status === 'upstream_failed';

    if (lost || (behind && status === 'skipped')) {
      again.add(node);
    }
  }

  for (const node of again) {
    const fanout = state.fanouts.get(node);
    const segments = failedSegments.get(node) ?? 0;

    if (state.nodes[node] === 'failed' && isTolerated(planOf(run, node))) {
      continue;
    }
    if (fanout && segments > 0) {
      const plan = planOf(run, node);
      const parallel = plan.type === 'fanout' && plan.maxParallel > 0 ? plan.maxParallel : segments;
      state.nodes[node] = 'open';
      state.fanouts.set(node, { ...fanout, failed: 0, succeeded: fanout.total - segments });
      run.effects.push({ type: 'reopen', node, parallel });
    } else {
      state.nodes[node] = 'pending';
      state.fanouts.delete(node);
      state.branches.delete(node);
    }
  }

  run.queue.push(...again);
}

/** Many segments of one fan-out may end in one batch: one effect for all of them. */
function mergeReleases(effects: readonly Effect[]): Effect[] {
  const counts = new Map<number, number>();
  for (const effect of effects) {
    if (effect.type === 'release') {
      counts.set(effect.node, (counts.get(effect.node) ?? 0) + effect.count);
    }
  }

  return [
    ...effects.filter((effect) => effect.type !== 'release'),
    ...[...counts].map(([node, count]) => ({ type: 'release' as const, node, count })),
  ];
}

function planOf(run: Run, node: number): PlanNode {
  const plan = run.program.plan.nodes[node];
  if (plan === undefined) {
    throw new Error(`the plan has no node ${node}`);
  }
  return plan;
}
