/**
 * The shape of a drawing, on indexes: strongly connected components in topological order, and what follows from them. Everything here
 * is linear in nodes and edges, except `ancestors`, which is linear in edges times an n-bit row, and nothing recurses.
 */
export type Graph = {
  readonly keys: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  /** Targets of each node, without repetitions of its own drawing. */
  readonly children: readonly (readonly number[])[];
};

export function makeGraph(
  keys: readonly string[],
  edges: readonly { readonly from: string; readonly to: string }[],
): Graph {
  const index = new Map(keys.map((key, position) => [key, position]));
  const children: number[][] = keys.map(() => []);

  for (const { from, to } of edges) {
    const [source, target] = [index.get(from), index.get(to)];
    if (source !== undefined && target !== undefined) {
      children[source]?.push(target);
    }
  }
  return { keys, index, children };
}

/**
 * Tarjan's algorithm with its own stack. A component of more than one node is a tangle of cycles.
 *
 * @returns the components, those that edges lead from before those that edges lead to
 */
export function components({ children }: Graph): number[][] {
  const order = new Int32Array(children.length).fill(-1);
  const low = new Int32Array(children.length);
  const onPath = new Uint8Array(children.length);
  const path: number[] = [];
  const found: number[][] = [];
  let visited = 0;

  for (const root of children.keys()) {
    const calls = order[root] === -1 ? [{ node: root, next: 0 }] : [];

    while (calls.length > 0) {
      const call = calls.at(-1);
      if (call === undefined) {
        break;
      }
      const { node } = call;

      if (call.next === 0) {
        order[node] = visited;
        low[node] = visited;
        visited += 1;
        path.push(node);
        onPath[node] = 1;
      }

      const child = children[node]?.[call.next];
      call.next += 1;

      if (child !== undefined) {
        if (order[child] === -1) {
          calls.push({ node: child, next: 0 });
        } else if (onPath[child] === 1) {
          low[node] = Math.min(low[node] ?? 0, order[child] ?? 0);
        }
        continue;
      }

      calls.pop();
      const caller = calls.at(-1);
      if (caller) {
        low[caller.node] = Math.min(low[caller.node] ?? 0, low[node] ?? 0);
      }
      if (low[node] === order[node]) {
        const component = path.splice(path.lastIndexOf(node));
        for (const member of component) {
          onPath[member] = 0;
        }
        found.push(component);
      }
    }
  }

  return found.toReversed();
}

/** A shortest cycle through the first node of each tangle, as keys with the first repeated at the end: `a, b, c, a`. */
export function cyclesOf(graph: Graph, all: readonly (readonly number[])[]): string[][] {
  return all
    .map((component) => ({ size: component.length, first: Math.min(...component) }))
    .filter(({ size, first }) => size > 1 || graph.children[first]?.includes(first))
    .toSorted((one, other) => one.first - other.first)
    .map(({ first }) => shortestCycle(graph, first));
}

/** `first` lies on a cycle, so the search comes back to it. */
function shortestCycle({ keys, children }: Graph, first: number): string[] {
  const cameFrom = new Map<number, number>();
  const queue = [first];

  for (const node of queue) {
    for (const child of children[node] ?? []) {
      if (child === first) {
        const back = [node];
        for (let step = node; step !== first;) {
          step = cameFrom.get(step) ?? first;
          back.push(step);
        }
        return [...back.toReversed(), first].map((position) => keys[position] ?? '');
      }
      if (!cameFrom.has(child)) {
        cameFrom.set(child, node);
        queue.push(child);
      }
    }
  }
  return [];
}

/** Every node that some way leads to from one of these, and these themselves. */
export function reachableFrom({ children }: Graph, roots: readonly number[]): ReadonlySet<number> {
  const reached = new Set(roots);
  for (const node of reached) {
    for (const child of children[node] ?? []) {
      reached.add(child); // a Set hands out what is added while it is walked
    }
  }
  return reached;
}

/** One bit per node, in a row of words. */
export type Ancestors = { has(node: number, ancestor: number): boolean };

export function ancestorsOf(graph: Graph, all: readonly (readonly number[])[]): Ancestors {
  const words = Math.ceil(graph.keys.length / 32);
  const rows = new Int32Array(words * graph.keys.length);

  const add = (to: number, from: number): void => {
    for (let word = 0; word < words; word += 1) {
      rows[to * words + word] = (rows[to * words + word] ?? 0) | (rows[from * words + word] ?? 0);
    }
    set(to, from);
  };
  const set = (to: number, from: number): void => {
    rows[to * words + (from >> 5)] = (rows[to * words + (from >> 5)] ?? 0) | (1 << (from & 31));
  };

  for (const component of all) {
    joinTangle(component, add);
    for (const node of component) {
      for (const child of graph.children[node] ?? []) {
        add(child, node);
      }
    }
  }

  return {
    has: (node, ancestor) =>
      ((rows[node * words + (ancestor >> 5)] ?? 0) & (1 << (ancestor & 31))) !== 0,
  };
}

/** Within a cycle everything comes before everything: its members share one row. */
function joinTangle(component: readonly number[], add: (to: number, from: number) => void): void {
  const [first, ...others] = component;
  if (first === undefined || others.length === 0) {
    return;
  }
  for (const other of others) {
    add(first, other);
  }
  add(first, first);
  for (const other of others) {
    add(other, first);
  }
}

/**
 * Whether a drawing has a cycle, for a canvas that refuses a connection before it is made.
 *
 * @returns the keys along one, the first repeated at the end; null if there is none
 */
export function findCycle(
  nodes: readonly { readonly key: string }[],
  edges: readonly { readonly from: string; readonly to: string }[],
): string[] | null {
  const graph = makeGraph(
    nodes.map(({ key }) => key),
    edges,
  );
  return cyclesOf(graph, components(graph))[0] ?? null;
}
