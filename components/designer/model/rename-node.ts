import { nodeKey } from '#engine/definition.ts';
import type { GraphNode } from '../../canvas/graph.ts';
import { isRecord } from '../../canvas/read.ts';
import type { Document } from './document.ts';
import { renameInExpression, renameInTemplate, type Renames } from './rename.ts';

/** Gives a node another key. Its edges, its place and every expression that names it follow. */
export function renameNode(document: Document, from: string, to: string): Document {
  const taken = document.nodes.some((node) => node.key === to);
  const known = document.nodes.some((node) => node.key === from);
  if (from === to || taken || !known || !nodeKey.safeParse(to).success) return document;

  const renames = new Map([[from, to]]);
  const { [from]: place, ...layout } = document.layout;

  return {
    ...document,
    nodes: document.nodes.map((node) =>
      withReferences(node.key === from ? { ...node, key: to } : node, renames),
    ),
    edges: document.edges.map((edge) =>
      edge.from === from || edge.to === from
        ? {
            ...edge,
            from: edge.from === from ? to : edge.from,
            to: edge.to === from ? to : edge.to,
          }
        : edge,
    ),
    layout: place === undefined ? layout : { ...layout, [to]: place },
    ...(document.output !== undefined && { output: renameInTemplate(document.output, renames) }),
  };
}

/** The fields of all types of nodes whose texts may hold `{{ expressions }}`, at any depth. */
const TEMPLATES = [
  'input',
  'submit',
  'status',
  'result',
  'stop',
  'output',
  'objectId',
  'seconds',
  'until',
  'prompt',
  'default',
  'url',
  'headers',
  'data',
] as const;

/** The node with other keys in all its expressions; the same node if it names none of them. */
export function withReferences(node: GraphNode, renames: Renames): GraphNode {
  const fields: Record<string, unknown> = Object.fromEntries(
    TEMPLATES.map((name) => [name, renameInTemplate(node[name], renames)]),
  );
  fields.status = withExpressions(fields.status, ['succeededWhen', 'failedWhen'], renames);
  fields.items = withExpressions(node, ['items'], renames).items;
  fields.cases = renamedCases(node.cases, renames);

  const changed = Object.entries(fields).filter(([name, value]) => value !== node[name]);
  return changed.length === 0 ? node : { ...node, ...Object.fromEntries(changed) };
}

function renamedCases(cases: unknown, renames: Renames): unknown {
  if (!Array.isArray(cases)) return cases;

  const before: readonly unknown[] = cases;
  const after = before.map((entry) => withExpressions(entry, ['when'], renames));
  return after.some((entry, index) => entry !== before[index]) ? after : cases;
}

/** A holder of bare expressions, as far as it is one; the same value if nothing was to be renamed. */
function withExpressions<Holder>(
  holder: Holder,
  names: readonly string[],
  renames: Renames,
): Holder {
  if (!isRecord(holder)) return holder;

  const changed = names.flatMap((name) => {
    const before = holder[name];
    const after = typeof before === 'string' ? renameInExpression(before, renames) : before;
    return after === before ? [] : [[name, after] as const];
  });
  return changed.length === 0 ? holder : { ...holder, ...Object.fromEntries(changed) };
}
