/** Runs to try the engine on. Their states are said and compared as the text that is stored: see `engine/state.ts`. */
import { advance, type Effect, type EngineEvent, type Facts } from '../advance.ts';
import type { Definition, DefinitionNode } from '../definition.ts';
import { compilePlan } from '../plan/compile.ts';
import { compileProgram, type Program } from '../program.ts';
import { decodeState, emptyState, encodeState, type State } from '../state.ts';

export const FACTS: Facts = {
  input: {},
  context: {},
  object: { id: 'o' },
  instance: { id: 'i', workflow: 'w', version: 1 },
  outputs: new Map(),
  now: 0,
  signals: [],
};

export function program(
  nodes: DefinitionNode[],
  edges: Definition['edges'],
  more: Partial<Definition> = {},
): Program {
  return compileProgram(compilePlan({ schemaVersion: 1, nodes, edges, ...more }));
}

/** `a -> b -> c, a -> c`: tasks in the order of their names in the text, unless `nodes` says more about one. */
export function draw(
  dag: string,
  nodes: Readonly<Record<string, object>> = {},
  more: Partial<Definition> = {},
): Program {
  const ways = dag.split(', ').map((way) => way.split(' -> '));
  const keys = [...new Set(ways.flat())];
  const edges = ways.flatMap((way) =>
    way.slice(1).map((to, index) => ({ from: way[index] ?? '', to })),
  );

  return program(
    keys.map((key) => task(key, nodes[key])),
    edges,
    more,
  );
}

export const task = (key: string, more: object = {}) =>
  ({ key, type: 'task', ...('type' in more ? {} : { work: key }), ...more }) as DefinitionNode;

export function step(
  run: Program,
  state: State,
  events: readonly EngineEvent[],
  facts: Partial<Facts> = {},
) {
  const answer = advance(run, state, events, { ...FACTS, ...facts });
  if (answer.type === 'needs') {
    throw new Error(`needs ${answer.nodes.join(', ')}`);
  }
  return answer;
}

export function start(run: Program, facts: Partial<Facts> = {}) {
  return step(run, emptyState(run.nodes.length), [{ type: 'start' }], facts);
}

/** What becomes of a run in this state, as text. */
export function play(
  run: Program,
  before: string,
  events: readonly EngineEvent[],
  facts: Partial<Facts> = {},
) {
  const { state, effects, failure } = step(run, decodeState(before), events, facts);
  return { after: encodeState(state), effects, failure };
}

export const failed = (node: number, message = 'no'): EngineEvent => ({
  type: 'failed',
  node,
  code: 'error',
  message,
});

export const kinds = (effects: readonly Effect[]) => effects.map(({ type }) => type);
