import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type * as z from 'zod';
import type { NodeType } from '#engine/definition.ts';
import type { Tone } from '../../ui/Badge.tsx';
import type { CardProps } from '../cards/card.ts';
import type { Exit, GraphNode, Size } from '../graph.ts';

export type FormSection<Field extends string = string> = {
  readonly section: 'basics' | 'work' | 'cases' | 'items' | 'start' | 'failure' | 'more';
  readonly fields: readonly Field[];
  /** Closed until it is asked for, unless one of its fields is set. */
  readonly folded?: boolean;
};

/** Everything the interface knows about one type of node. Its texts are under `designer.kinds.<type>`. */
export type NodeKind = {
  readonly type: NodeType;
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
};

/** The one way out of a node without branches. */
export function plainExit(size: Size): readonly Exit[] {
  return [{ branch: undefined, label: undefined, y: size.height / 2, known: true }];
}
