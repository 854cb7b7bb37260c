/** Which nodes of a definition run, in what order, and what they wait for: before anything is pruned. */
import type { Definition } from '../definition.ts';

export type Link = { readonly from: string; readonly to: string; readonly branch: string | null };

export type LinkedGraph = {
  /** Keys, topologically. */
  readonly order: readonly string[];
  readonly links: readonly Link[];
};

/**
 * Leaves out disabled nodes, joining their neighbours, and nodes that no start node leads to where there are start nodes.
 *
 * @throws Error if the definition has a cycle.
 */
export function linkNodes(definition: Definition): LinkedGraph {
  const reached = reachedKeys(definition);
  const keys = definition.nodes
    .filter(({ key, disabled }) => !disabled && reached.has(key))
    .map(({ key }) => key);
  const kept = new Set(keys);
  const links = joinOverDisabled(definition).filter(
    ({ from, to }) => kept.has(from) && kept.has(to),
  );

  return { order: sortTopologically(keys, links), links };
}

/** A drawing without start nodes begins wherever nothing leads to; one that has some begins there only. */
export function reachedKeys({
  nodes,
  edges,
}: Pick<Definition, 'nodes' | 'edges'>): ReadonlySet<string> {
  const starts = nodes.filter(({ type }) => type === 'start').map(({ key }) => key);
  if (starts.length === 0) {
    return new Set(nodes.map(({ key }) => key));
  }

  const targets = Map.groupBy(edges, ({ from }) => from);
  const reached = new Set(starts);
  for (const key of reached) {
    for (const { to } of targets.get(key) ?? []) {
      reached.add(to); // a Set hands out what is added while it is walked
    }
  }
  return reached;
}

/** Every way through a disabled node becomes an edge of its own; the branch of a route's edge is kept. */
function joinOverDisabled(definition: Definition): Link[] {
  let links: Link[] = definition.edges.map(({ from, to, branch }) => ({
    from,
    to,
    branch: branch ?? null,
  }));

  for (const { key } of definition.nodes.filter((node) => node.disabled)) {
    const incoming = links.filter((link) => link.to === key);
    const outgoing = links.filter((link) => link.from === key);
    const joined = incoming.flatMap(({ from, branch }) =>
      outgoing.map(({ to }) => ({ from, to, branch })),
    );
    links = [...links.filter((link) => link.from !== key && link.to !== key), ...joined];
  }

  const seen = new Set<string>();
  return links.filter((link) => {
    const id = JSON.stringify([link.from, link.to, link.branch]);
    return !seen.has(id) && seen.add(id);
  });
}

/** Kahn's algorithm, first come first served among the nodes that are free, so that authors find their own order again. */
function sortTopologically(keys: readonly string[], links: readonly Link[]): string[] {
  const open = new Map(keys.map((key) => [key, 0]));
  const outgoing = new Map<string, string[]>();

  for (const { from, to } of links) {
    open.set(to, (open.get(to) ?? 0) + 1);
    const targets = outgoing.get(from);
    if (targets) {
      targets.push(to);
    } else {
      outgoing.set(from, [to]);
    }
  }

  const order = keys.filter((key) => open.get(key) === 0);

  for (const key of order) {
    for (const to of outgoing.get(key) ?? []) {
      const left = (open.get(to) ?? 0) - 1;
      open.set(to, left);
      if (left === 0) {
        order.push(to);
      }
    }
  }

  if (order.length !== keys.length) {
    throw new Error('a definition with a cycle cannot be compiled');
  }

  return order;
}
