/**
 * The scope of expressions that are evaluated outside of a turn: requests of `http` and `notify` nodes, which are rendered at the moment
 * they are made. Which outputs that takes is asked first, so that only those are loaded.
 */
import type { References } from './expression/expression.ts';
import type { Scope } from './expression/scope.ts';
import type { Json, JsonObject } from './json.ts';
import { isRunnable } from './plan.ts';
import type { Program } from './program.ts';
import type { State } from './state.ts';

/** What is known of an instance. `outputs`: of the nodes that `outputsFor` named, by their index. */
export type ScopeFacts = Pick<Scope, 'input' | 'object' | 'instance'> & {
  readonly context: JsonObject;
  readonly outputs: ReadonlyMap<number, Json | null>;
};

/** The nodes whose outputs these references read. `segments`: how many a fan-out has; null of everything else. */
export function outputsFor(
  program: Program,
  state: State,
  references: References,
): { readonly node: number; readonly segments: number | null }[] {
  return references.tasks.flatMap((key) => {
    const node = program.index.get(key);
    return node !== undefined && hasOutput(program, state, node)
      ? [{ node, segments: state.fanouts.get(node)?.total ?? null }]
      : [];
  });
}

/** Whether there is an output to load. A fan-out over nothing left no attempt that would have it. */
export function hasOutput(program: Program, state: State, node: number): boolean {
  const plan = program.plan.nodes[node];

  return (
    state.nodes[node] === 'succeeded' &&
    plan !== undefined &&
    isRunnable(plan) &&
    plan.type !== 'wait' &&
    state.fanouts.get(node)?.total !== 0
  );
}

/** The names that these references may use, but for those of a segment or a request. */
export function scopeOf(
  program: Program,
  state: State,
  facts: ScopeFacts,
  references: References,
): Scope {
  const tasks: Record<string, { output: Json | null; status: string }> = {};

  for (const key of references.tasks) {
    const node = program.index.get(key);
    const status = node === undefined ? undefined : state.nodes[node];

    if (node !== undefined && status !== undefined) {
      const empty = state.fanouts.get(node)?.total === 0;
      tasks[key] = {
        output: empty ? [] : (facts.outputs.get(node) ?? null),
        status: status === 'passed' ? 'skipped' : status,
      };
    }
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
