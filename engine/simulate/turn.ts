import { advance, type EngineEvent } from '../advance.ts';
import type { Json } from '../json.ts';
import type { State } from '../state.ts';
import { note, type Run } from './run.ts';
import { queue } from './slots.ts';
import type { Live } from './trace.ts';

/** One turn of the engine, and what it asks to be done. */
export function turn(run: Run, event: EngineEvent): void {
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
      // Only ever with the end of the run: nobody needs the slots of what is taken away.
      case 'drop':
        for (const live of run.live) {
          if (live.node === effect.node) {
            run.live.delete(live);
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
