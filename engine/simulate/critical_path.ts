import type { Plan } from '../plan.ts';
import type { Simulated, SimulatedNode } from './answer.ts';

/** From the node that ended last back over whichever parent ended last before a node's turn came, to one that waited for nobody. */
export function findCriticalPath(
  plan: Plan,
  nodes: readonly SimulatedNode[],
): Simulated['criticalPath'] {
  const path: Simulated['criticalPath']['nodes'] = [];

  for (let node = lastOf(nodes, nodes.keys(), Number.POSITIVE_INFINITY); node !== null;) {
    const { key, openedAt, endedAt } = nodes[node] ?? {};
    if (key === undefined || typeof openedAt !== 'number' || typeof endedAt !== 'number') {
      break;
    }
    path.unshift({ key, from: openedAt, to: endedAt });
    const parents = plan.nodes[node]?.parents.map((parent) => parent.node) ?? [];
    node = lastOf(nodes, parents, openedAt);
  }

  // In ms, so that no fraction is lost on the way.
  const ms = path.reduce((sum, { from, to }) => sum + Math.round((to - from) * 1_000), 0);
  return { seconds: ms / 1_000, nodes: path };
}

/** The one of these that ran and ended last, but not after `until`. */
function lastOf(
  nodes: readonly SimulatedNode[],
  among: Iterable<number>,
  until: number,
): number | null {
  let last: number | null = null;
  let latest = Number.NEGATIVE_INFINITY;

  for (const index of among) {
    const { openedAt = null, endedAt = null } = nodes[index] ?? {};
    if (openedAt !== null && endedAt !== null && endedAt <= until && endedAt > latest) {
      last = index;
      latest = endedAt;
    }
  }
  return last;
}
