import type { Node } from '@xyflow/react';
import type { LucideIcon } from 'lucide-react';
import type { NodeType } from '#engine/definition.ts';
import type { TaskStatus } from '#engine/states.ts';
import type { Tone } from '../../ui/Badge.tsx';
import type { Exit, GraphNode, Size } from '../graph.ts';
import type { Summary } from '../summary.ts';

/** How a node fares in one instance: the fields of the API's TaskSummary that a card shows. */
export type NodeRun = {
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly progress: number | null;
  /** It is on the chain of nodes that the end of a simulated run waited for. */
  readonly critical?: boolean | undefined;
  /** The branches that a route took, as far as they are known. */
  readonly branches?: readonly string[] | null | undefined;
  readonly segments: {
    readonly total: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly open: number;
  } | null;
};

/** What is wrong with a node or an edge, in sentences. */
export type Marks = {
  readonly severity: 'error' | 'warning';
  readonly messages: readonly string[];
};

export type CardProps = {
  readonly node: GraphNode;
  readonly Icon: LucideIcon;
  readonly tone: Tone;
  readonly exits: readonly Exit[];
  /** What a step does, in one line. */
  readonly summary: Summary | undefined;
  readonly run: NodeRun | undefined;
  readonly marks: Marks | undefined;
};

/** What React Flow carries for a card; what the kind makes of the node is added when it is drawn. */
export type CardData = Omit<CardProps, 'Icon' | 'tone' | 'summary'> & {
  readonly size: Size;
  readonly editable: boolean;
};

export type FlowNode = Node<CardData, NodeType>;
