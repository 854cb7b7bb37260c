import { isJsonObject, type Json } from '../json.ts';

/**
 * A definition as far as it can be read. Drafts are half-finished, and a person wants to see everything that is wrong with one, so the
 * checks run on this and not on the schema's result: what is missing or misshapen is left out here and reported by the schema.
 */
export type Sketch = {
  readonly nodes: readonly SketchNode[];
  /** The first of each key. */
  readonly byKey: ReadonlyMap<string, SketchNode>;
  readonly edges: readonly SketchEdge[];
  readonly output: Json | undefined;
  readonly input: Json | undefined;
  readonly env: Json | undefined;
};

export type SketchNode = {
  readonly pointer: string;
  readonly key: string;
  readonly type: string;
  readonly disabled: boolean;
  readonly trigger: string;
  /** Whatever the node says, by the names of the definition. */
  readonly fields: Fields;
  readonly cases: readonly {
    readonly pointer: string;
    readonly key: string;
    readonly when: string | null;
  }[];
};

export type SketchEdge = {
  readonly pointer: string;
  readonly from: string;
  readonly to: string;
  readonly branch: string | null;
};

export function readSketch(document: unknown): Sketch {
  const definition = fields(document);
  const nodes = list(definition['nodes']).flatMap((node, index) => {
    const read = readNode(fields(node), `/nodes/${index}`);
    return read ? [read] : [];
  });
  const edges = list(definition['edges']).flatMap((edge, index) => {
    const { from, to, branch } = fields(edge);
    return typeof from === 'string' && typeof to === 'string'
      ? [{ pointer: `/edges/${index}`, from, to, branch: text(branch) }]
      : [];
  });

  return {
    nodes,
    byKey: firstByKey(nodes),
    edges,
    output: definition['output'],
    input: definition['input'],
    env: definition['env'],
  };
}

function firstByKey(nodes: readonly SketchNode[]): Map<string, SketchNode> {
  const byKey = new Map<string, SketchNode>();
  for (const node of nodes) {
    if (!byKey.has(node.key)) {
      byKey.set(node.key, node);
    }
  }
  return byKey;
}

function readNode(node: Fields, pointer: string): SketchNode | null {
  const key = text(node['key']);
  const type = text(node['type']);
  if (key === null || type === null) {
    return null;
  }

  return {
    pointer,
    key,
    type,
    disabled: node['disabled'] === true,
    trigger: text(node['trigger']) ?? 'all_success',
    fields: node,
    cases: list(node['cases']).flatMap((branch, index) => {
      const branchKey = text(fields(branch)['key']);
      return branchKey === null
        ? []
        : [
            {
              pointer: `${pointer}/cases/${index}`,
              key: branchKey,
              when: text(fields(branch)['when']),
            },
          ];
    }),
  };
}

export type Fields = Readonly<Record<string, Json | undefined>>;

/** The members of an object; none of anything else. What is given was JSON or is about to be refused. */
export function fields(value: unknown): Fields {
  return isJsonObject(value as Json) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
