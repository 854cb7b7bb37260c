import type { NodeFailure } from '../advance.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Plan } from '../plan.ts';
import { compileProgram, type Program } from '../program.ts';
import { emptyState, type State } from '../state.ts';
import { makeAgenda, type Agenda } from './agenda.ts';
import type { Simulated, SimulatedAttempt } from './answer.ts';
import type { AttemptEnd } from './outcome.ts';
import { randomFrom } from './random.ts';
import type { SimulationRequest } from './request.ts';
import type { Live, Trace } from './trace.ts';

/** What is going to happen. */
export type Entry =
  | { readonly type: 'due'; readonly live: Live }
  | { readonly type: 'end'; readonly live: Live; readonly end: AttemptEnd }
  | { readonly type: 'expire' };

/** The virtual installation: what a real one has in its tables and on its clock. */
export type Run = {
  readonly program: Program;
  readonly request: SimulationRequest;
  /** In ms since the epoch; all other moments are counted from here. */
  readonly begin: number;
  readonly agenda: Agenda<Entry>;
  readonly random: () => number;
  readonly live: Set<Live>;
  /** Segments of fan-outs, by node: the inputs of all, and the outputs of those that ended. */
  readonly segments: Map<number, { inputs: readonly (Json | null)[]; outputs: (Json | null)[] }>;
  /** Tasks that wait for a slot, and how many have one, by work. */
  readonly waiting: Map<string, Agenda<Live>>;
  readonly running: Map<string, number>;
  readonly trace: Trace;
  state: State;
  context: JsonObject;
  now: number;
  finish: { readonly status: Simulated['status']; readonly output: Json | null } | null;
  failure: NodeFailure | null;
};

export function beginRun(plan: Plan, request: SimulationRequest, now: number): Run {
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

/** Keeps the trace of an attempt that ends now. */
export function note(
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
