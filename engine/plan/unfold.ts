import type { FoldedMark, Plan } from '../plan.ts';
import type { NodeStatus, State } from '../state.ts';
import { incomingOf, judgeTrigger } from '../trigger.ts';

/** The mark of this name that the plan does without: nothing may be done to it by itself, as it only follows what lies before it. */
export function foldedMark({ folded }: Plan, key: string): FoldedMark | undefined {
  return folded?.find((mark) => mark.key === key);
}

/**
 * The plan and the state with the folded marks behind all other nodes, for people: what became of a mark follows from the nodes that it
 * came after. Nothing may be run from this.
 *
 * @param began whether the run has begun
 */
export function unfoldMarks(
  plan: Plan,
  state: State,
  began: boolean,
): { plan: Plan; state: State } {
  const { folded = [] } = plan;
  if (folded.length === 0) {
    return { plan, state };
  }

  return {
    plan: {
      ...plan,
      nodes: [
        ...plan.nodes,
        ...folded.map(({ after, ...mark }) => ({ ...mark, parents: after, children: [] })),
      ],
    },
    state: {
      ...state,
      nodes: [...state.nodes, ...folded.map((mark) => statusOf(plan, state, mark, began))],
    },
  };
}

function statusOf(
  plan: Plan,
  state: State,
  { trigger, after }: FoldedMark,
  began: boolean,
): NodeStatus {
  if (after.length === 0 && began) {
    return 'succeeded';
  }
  const incoming = incomingOf(plan, state, after);
  const verdict = after.length === 0 ? 'wait' : judgeTrigger(trigger, incoming);

  // A mark under which the run was cancelled was still waiting for what was cancelled, unless something had failed before.
  const waitedFor = after.length === 0 ? state.nodes : after.map(({ node }) => state.nodes[node]);
  const failed = after.some(({ node }) => {
    const status = state.nodes[node];
    return status === 'failed' || status === 'upstream_failed';
  });
  if (waitedFor.includes('cancelled') && !failed) {
    return 'cancelled';
  }

  switch (verdict) {
    case 'run':
      return 'succeeded';
    case 'wait':
      return 'pending';
    case 'skipped':
    case 'upstream_failed':
      return verdict;
  }
}
