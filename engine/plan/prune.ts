/**
 * Pruning: what of a graph can decide nothing is left out of the plan. It must not change what becomes of any node that stays, nor of
 * the run; docs/decisions/0018-pruning.md has the proof, prune.test.ts tries to refute it.
 *
 *     start ──> a ──> b ──> end          a ──> b
 *               └───────────^     ──>
 *
 * - A **start** mark always succeeds first. It is folded where its children would come to the same verdict without it.
 * - An **end** mark only passes on whether something failed. It is folded where its parents, then leaves themselves, say the same.
 * - An edge u -> w is **implied** where another way u -> v -> … -> w carries all that could happen to u. A person who settles v breaks
 *   that, so such edges are kept aside and count again in a run that a person touched.
 */
import type { DefinitionNode, TriggerRule } from '../definition.ts';
import type { Link, LinkedGraph } from './links.ts';

export type Pruned = LinkedGraph & {
  readonly folded: readonly Folded[];
  readonly implied: readonly Link[];
};

type Folded = {
  readonly key: string;
  readonly type: 'start' | 'end';
  readonly trigger: TriggerRule;
  readonly after: readonly Link[];
};

type Nodes = ReadonlyMap<string, DefinitionNode>;

/** @param mentioned keys that expressions may name: their nodes stay. Null: any. */
export function pruneGraph(
  graph: LinkedGraph,
  nodes: Nodes,
  mentioned: ReadonlySet<string> | null,
): Pruned {
  const maySkip = findSkippable(graph, nodes);
  const marks = new Map(
    graph.order.flatMap((key): [string, Mark][] => {
      const node = nodes.get(key);
      const isMark = node?.type === 'start' || node?.type === 'end';
      return isMark && mentioned !== null && !mentioned.has(key) ? [[key, node]] : [];
    }),
  );
  const starts = foldStarts(graph, nodes, marks);
  const ends = foldEnds(starts, nodes, marks, maySkip);
  const { order, links } = ends;
  const implied = findImplied({ order, links }, nodes, maySkip);

  return {
    order,
    links: links.filter((link) => !implied.has(link)),
    folded: [...starts.folded, ...ends.folded],
    implied: [...implied],
  };
}

type Mark = Extract<DefinitionNode, { type: 'start' | 'end' }>;

function ruleOf(nodes: Nodes, key: string): TriggerRule {
  return nodes.get(key)?.trigger ?? 'all_success';
}

/** A failed node that is tolerated counts as succeeded. */
function isTolerated(nodes: Nodes, key: string): boolean {
  const node = nodes.get(key);
  return node !== undefined && 'onFailure' in node && node.onFailure === 'continue';
}

/** Rules whose verdict is the same with one success more among others. */
const BLIND_TO_A_SUCCESS: readonly TriggerRule[] = [
  'all_success',
  'all_done',
  'none_failed',
  'none_skipped',
  'always',
];

/** Rules under which a node whose only parent succeeded does not run, as it would without any parent. */
const AGAINST_A_SUCCESS: readonly TriggerRule[] = ['all_failed', 'all_skipped', 'one_failed'];

function foldStarts(
  { order, links }: LinkedGraph,
  nodes: Nodes,
  marks: ReadonlyMap<string, Mark>,
): LinkedGraph & Pick<Pruned, 'folded'> {
  const folded: Folded[] = [];
  let left = links;

  for (const [key, { type, trigger = 'all_success' }] of marks) {
    const outgoing = left.filter(({ from }) => from === key);
    const isStart = outgoing.length > 0 && left.every(({ to }) => to !== key);
    const parentsOf = (child: string) => left.filter(({ to }) => to === child).length;

    if (
      isStart &&
      outgoing.every(({ to }) =>
        parentsOf(to) === 1
          ? !AGAINST_A_SUCCESS.includes(ruleOf(nodes, to))
          : BLIND_TO_A_SUCCESS.includes(ruleOf(nodes, to)),
      )
    ) {
      folded.push({ key, type, trigger, after: [] });
      left = left.filter(({ from }) => from !== key);
    }
  }
  return { order: without(order, folded), links: left, folded };
}

function foldEnds(
  { order, links }: LinkedGraph,
  nodes: Nodes,
  marks: ReadonlyMap<string, Mark>,
  maySkip: ReadonlySet<string>,
): LinkedGraph & Pick<Pruned, 'folded'> {
  const folded: Folded[] = [];
  let left = links;

  for (const [key, mark] of marks) {
    const after = left.filter(({ to }) => to === key);
    if (after.length === 0 || links.some(({ from }) => from === key)) {
      continue;
    }
    const { type, trigger = 'all_success' } = mark;
    const parents = new Set(after.map(({ from }) => from));
    const alone = left.every(({ from, to }) => to === key || !parents.has(from));
    const tolerated = [...parents].some((parent) => isTolerated(nodes, parent));

    if (alone && !tolerated && failsWithAny(trigger, after, maySkip)) {
      folded.push({ key, type, trigger, after });
      left = left.filter(({ to }) => to !== key);
    }
  }
  return { order: without(order, folded), links: left, folded };
}

/** Whether a leaf counts as failed when one of its parents does, and only then, in whatever order they end. */
function failsWithAny(
  rule: TriggerRule,
  after: readonly Link[],
  maySkip: ReadonlySet<string>,
): boolean {
  if (rule === 'none_failed' || rule === 'none_failed_min_one_success') {
    return true;
  }
  // A skipped parent settles it before another may fail.
  return (
    rule === 'all_success' &&
    (after.length === 1 || after.every(({ from, branch }) => branch === null && !maySkip.has(from)))
  );
}

function without(order: readonly string[], folded: readonly Folded[]): string[] {
  const keys = new Set(folded.map(({ key }) => key));
  return order.filter((key) => !keys.has(key));
}

/** Rules that may skip a node although none of its parents was skipped. */
const SKIPS_BY_ITSELF: readonly TriggerRule[] = [
  'all_failed',
  'all_skipped',
  'one_failed',
  'one_done',
];

const NEVER_SKIPS: readonly TriggerRule[] = ['none_failed', 'all_done', 'always'];

/** Nodes that some course of events may skip; the others never are. */
function findSkippable({ order, links }: LinkedGraph, nodes: Nodes): ReadonlySet<string> {
  const incoming = Map.groupBy(links, ({ to }) => to);
  const found = new Set<string>();

  for (const key of order) {
    const parents = incoming.get(key) ?? [];
    const rule = ruleOf(nodes, key);
    const skipped = parents.some(({ from, branch }) => branch !== null || found.has(from));

    if (
      parents.length > 0 &&
      !NEVER_SKIPS.includes(rule) &&
      (skipped || SKIPS_BY_ITSELF.includes(rule))
    ) {
      found.add(key);
    }
  }
  return found;
}

/**
 * Edges u -> w that another way carries: w waits for all to succeed, and so does every node of that way, none of which may be skipped;
 * neither u's failure nor theirs is tolerated.
 */
function findImplied(
  { order, links }: LinkedGraph,
  nodes: Nodes,
  maySkip: ReadonlySet<string>,
): ReadonlySet<Link> {
  const incoming = Map.groupBy(links, ({ to }) => to);
  const position = new Map(order.map((key, index) => [key, index]));
  const implied = new Set<Link>();
  /** Of each node, one byte per node: whether that one's failing is bound to make it fail too, by a way that carries. */
  const carried = new Map<string, Uint8Array>();

  for (const key of order) {
    const waits = ruleOf(nodes, key) === 'all_success';
    const sure = (waits ? (incoming.get(key) ?? []) : []).filter(
      ({ from, branch }) => branch === null && !isTolerated(nodes, from),
    );
    const row = new Uint8Array(order.length);

    for (const { from } of sure) {
      for (const [index, carries] of (carried.get(from) ?? []).entries()) {
        row[index] = (row[index] ?? 0) | carries;
      }
    }
    for (const link of sure) {
      if (row[position.get(link.from) ?? -1] === 1) {
        implied.add(link);
      }
    }
    for (const { from } of sure) {
      row[position.get(from) ?? -1] = 1;
    }
    // What may be skipped carries nothing on; what never is has parents that never are.
    carried.set(key, maySkip.has(key) ? new Uint8Array() : row);
  }
  return implied;
}
