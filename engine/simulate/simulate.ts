/**
 * A run that never happens: a plan on a virtual clock, with outcomes and durations chosen beforehand. The engine decides as it does for a
 * real run, with the same retries, delays and windows; here is only what workers, the sweep and the tables do otherwise.
 *
 *     advance ──effects──> tasks: wait for their time, for a slot of their work; run; end ──> retry? ──no──> advance
 *
 * Pure: the same request has the same answer, in the browser and on the server.
 */
import { advance, MAX_SEGMENTS, type EngineEvent, type NodeFailure } from '../advance.ts';
import { MAX_NODES } from '../definition.ts';
import { mergePatch, type Json, type JsonObject } from '../json.ts';
import { isRunnable, type Plan } from '../plan.ts';
import { compileProgram, type Program } from '../program.ts';
import { decideRetry } from '../retry.ts';
import { emptyState, type State } from '../state.ts';
import { opensAt } from '../window.ts';
import { makeAgenda } from './agenda.ts';
import type { Simulated, SimulatedAttempt } from './answer.ts';
import { endOf, outcomeOf, type AttemptEnd } from './outcome.ts';
import { randomFrom } from './random.ts';
import type { SimulationRequest } from './request.ts';
import { summarize } from './summarize.ts';
import type { Live, Trace } from './trace.ts';

const MAX_STEPS = 50_000;

type Entry =
  | { readonly type: 'due'; readonly live: Live }
  | { readonly type: 'end'; readonly live: Live; readonly end: AttemptEnd }
  | { readonly type: 'expire' };

type Run = {
  readonly program: Program;
  readonly request: SimulationRequest;
  readonly begin: number;
  readonly agenda: ReturnType<typeof makeAgenda<Entry>>;
  readonly random: () => number;
  readonly live: Set<Live>;
  /** Segments of fan-outs, by node: the inputs of all, and the outputs of those that ended. */
  readonly segments: Map<number, { inputs: readonly (Json | null)[]; outputs: (Json | null)[] }>;
  /** Tasks that wait for a slot, and how many have one, by work. */
  readonly waiting: Map<string, ReturnType<typeof makeAgenda<Live>>>;
  readonly running: Map<string, number>;
  readonly trace: Trace;
  state: State;
  context: JsonObject;
  now: number;
  finish: { readonly status: Simulated['status']; readonly output: Json | null } | null;
  failure: NodeFailure | null;
};

/** @param now when the run begins, in ms since the epoch */
export function simulate(plan: Plan, request: SimulationRequest, now: number): Simulated {
  const run = begin(plan, request, now);
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

function begin(plan: Plan, request: SimulationRequest, now: number): Run {
  const program = compileProgram({ ...plan, env: { ...plan.env, ...request.env } });
  const state = emptyState(plan.nodes.length);
  if (request.only !== undefined) {
    for (const [node, { key }] of plan.nodes.entries()) {
      if (!request.only.includes(key)) {
        state.nodes[node] = 'passed';
      }
    }
  }

  return {
    program,
    request,
    begin: now,
    agenda: makeAgenda(),
    random: request.seed === undefined ? () => 1 : randomFrom(request.seed),
    live: new Set(),
    segments: new Map(),
    waiting: new Map(),
    running: new Map(),
    trace: {
      attempts: [],
      opened: new Map(),
      started: new Map(),
      ended: new Map(),
      inputs: new Map(),
      outputs: new Map(),
      failures: new Map(),
    },
    state,
    context: request.context ?? {},
    now: 0,
    finish: null,
    failure: null,
  };
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
      if (run.live.has(entry.live)) {
        queue(run, entry.live);
      }
      return;
    case 'end':
      if (run.live.has(entry.live)) {
        end(run, entry.live, entry.end);
      }
  }
}

/** One turn of the engine, and what it asks to be done. */
function turn(run: Run, event: EngineEvent): void {
  const { program, request, trace } = run;
  const answer = advance(program, run.state, [event], {
    input: request.input ?? {},
    context: run.context,
    object: { id: request.objectId ?? 'simulated' },
    instance: { id: 'simulated', workflow: 'simulated', version: 0 },
    outputs: trace.outputs,
    now: run.begin + run.now,
    signals: [],
  });
  if (answer.type === 'needs') {
    throw new Error('the outputs of all ended nodes are at hand');
  }
  const before = run.state;
  run.state = answer.state;
  run.failure ??= answer.failure;

  for (const effect of answer.effects) {
    switch (effect.type) {
      case 'open':
        open(run, effect.node, null, effect.input, effect.at);
        break;
      case 'fan':
        run.segments.set(effect.node, { inputs: effect.inputs, outputs: [] });
        for (const [segment, input] of effect.inputs.slice(0, effect.parallel).entries()) {
          open(run, effect.node, segment, input, effect.at);
        }
        break;
      case 'release': {
        const inputs = run.segments.get(effect.node)?.inputs ?? [];
        for (let segment = effect.first; segment < effect.first + effect.count; segment += 1) {
          open(run, effect.node, segment, inputs[segment] ?? null, null);
        }
        break;
      }
      case 'drop':
        for (const live of run.live) {
          if (live.node === effect.node) {
            leave(run, live);
            note(run, live, { outcome: 'cancelled', code: 'cancelled', message: null });
          }
        }
        break;
      case 'record':
        if (effect.outcome === 'failed') {
          trace.failures.set(effect.node, effect);
        } else {
          trace.outputs.set(effect.node, effect.output);
        }
        break;
      case 'finish':
        run.finish = effect;
        break;
      case 'forget':
      // Signals that came early and people's retries: nobody sends any here.
      case 'consume':
      case 'reopen':
        break;
    }
  }
  noteMoves(run, before);
}

/** When the turn of each node came, and when it ended. */
function noteMoves({ state, now, trace }: Run, before: State): void {
  for (const [node, status] of state.nodes.entries()) {
    if (status === before.nodes[node] || status === 'pending') {
      continue;
    }
    if (status === 'open' || status === 'succeeded' || status === 'failed') {
      if (!trace.opened.has(node)) {
        trace.opened.set(node, now);
      }
    }
    if (status !== 'open') {
      trace.ended.set(node, now);
      // A fan-out over nothing.
      if (state.fanouts.get(node)?.total === 0) {
        trace.outputs.set(node, []);
      }
    }
  }
}

function open(
  run: Run,
  node: number,
  segment: number | null,
  input: Json | null,
  at: number | null,
): void {
  const live: Live = {
    node,
    segment,
    input,
    openedAt: run.now,
    dueAt: at === null ? null : at - run.begin,
    firstAt: null,
    startedAt: null,
    attempt: 0,
    failures: 0,
  };
  const plan = run.program.plan.nodes[node];
  run.live.add(live);
  if (!run.trace.inputs.has(node)) {
    run.trace.inputs.set(node, input);
  }

  if (live.dueAt === null || plan?.type === 'wait' || plan?.type === 'signal') {
    queue(run, live);
  } else {
    run.agenda.add(live.dueAt, { type: 'due', live });
  }
}

/** Its time has come: it starts at once, or waits for a slot of its work. */
function queue(run: Run, live: Live): void {
  const work = workOf(run, live);
  const limit = run.request.works?.[work]?.maxConcurrent ?? Number.POSITIVE_INFINITY;
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

function end(run: Run, live: Live, result: AttemptEnd): void {
  const plan = run.program.plan.nodes[live.node];
  if (plan === undefined || !isRunnable(plan)) {
    return;
  }
  note(run, live, result);
  free(run, live);

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

function note(
  run: Run,
  live: Live,
  result: Pick<SimulatedAttempt, 'outcome' | 'code' | 'message'>,
): void {
  run.trace.attempts.push({
    node: run.program.plan.nodes[live.node]?.key ?? '',
    segment: live.segment,
    number: live.attempt,
    openedAt: live.openedAt / 1_000,
    startedAt: (live.startedAt ?? run.now) / 1_000,
    endedAt: run.now / 1_000,
    outcome: result.outcome,
    code: result.code,
    message: result.message,
  });
}

/** Takes an open task away. One that waits for a slot is passed over when its turn comes. */
function leave(run: Run, live: Live): void {
  run.live.delete(live);
  if (live.startedAt !== null) {
    free(run, live);
  }
}

/** Gives the slot of a task that ran to the one that is first in line. */
function free(run: Run, live: Live): void {
  const work = workOf(run, live);
  run.running.set(work, (run.running.get(work) ?? 1) - 1);

  const line = run.waiting.get(work);
  let next = line?.next();
  while (next !== undefined && !run.live.has(next.entry)) {
    next = line?.next();
  }
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
