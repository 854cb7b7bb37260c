import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type * as z from 'zod';
import type { NodeType } from '#engine/definition.ts';
import type { Tone } from '../../ui/Badge.tsx';
import type { CardProps } from '../cards/card.ts';
import type { Exit, GraphNode, Size } from '../graph.ts';
import type { Summary } from '../summary.ts';

/** How the palette groups the kinds. */
export const NODE_GROUPS = ['steps', 'flow', 'waiting'] as const;

export type FormSection<Field extends string = string> = {
  readonly section:
    | 'basics'
    | 'work'
    | 'cases'
    | 'items'
    | 'requests'
    | 'script'
    | 'child'
    | 'wait'
    | 'signal'
    | 'message'
    | 'start'
    | 'failure'
    | 'more';
  readonly fields: readonly Field[];
  /** Closed until it is asked for, unless one of its fields is set. */
  readonly folded?: boolean;
  /** What a node says in one of several ways; the first, unless another is said. Their words are under `designer.alternatives.<type>`. */
  readonly alternatives?: readonly Alternative<Field>[];
};

export type Alternative<Field extends string = string> = {
  /** The field that says it; null: none of the others is said. */
  readonly field: Field | null;
  /** Fields that mean something only beside it. */
  readonly along?: readonly Field[];
};

/** Everything the interface knows about one type of node. Its texts are under `designer.kinds.<type>`. */
export type NodeKind = {
  readonly type: NodeType;
  readonly group: (typeof NODE_GROUPS)[number];
  /** What a node of this type may say: labels of the form are ours, everything else about its fields comes from here. */
  readonly schema: z.ZodObject;
  readonly Icon: LucideIcon;
  readonly tone: Tone;
  /** Whether edges may come in. */
  readonly entry: boolean;
  /** The ways out, top to bottom. `stray` are branches that edges name; a kind without branches ignores them. */
  readonly exits: (node: GraphNode, stray: readonly (string | undefined)[]) => readonly Exit[];
  readonly size: (exits: readonly Exit[]) => Size;
  /** A new node, valid as far as it can be without knowing what it is for. */
  readonly create: (key: string) => GraphNode;
  readonly form: readonly FormSection[];
  readonly Card: ComponentType<CardProps>;
  /** What a step does, in one line; marks and routes say it otherwise. */
  readonly summary?: (node: GraphNode) => Summary | undefined;
};

/** Of every card but marks and routes. */
export const STEP_SIZE: Size = { width: 240, height: 80 };

/** The one way out of a node without branches. */
export function plainExit(size: Size): readonly Exit[] {
  return [{ branch: undefined, label: undefined, y: size.height / 2, known: true }];
}

/** What all kinds have in common that are drawn as a step: something comes before them and, by one way, after them. */
export const STEP = {
  entry: true,
  exits: () => plainExit(STEP_SIZE),
  size: () => STEP_SIZE,
} satisfies Partial<NodeKind>;
