import type { NodeType } from '#engine/definition.ts';
import { endKind } from './end.ts';
import { fanoutKind } from './fanout.ts';
import type { NodeKind } from './kind.ts';
import { routeKind } from './route.ts';
import { startKind } from './start.ts';
import { taskKind } from './task.ts';

/** In the order of the palette. A new type of node fails to compile until it has its kind here. */
export const NODE_KINDS = {
  start: startKind,
  task: taskKind,
  route: routeKind,
  fanout: fanoutKind,
  end: endKind,
} satisfies Record<NodeType, NodeKind>;

export const NODE_TYPES = Object.keys(NODE_KINDS) as NodeType[];

export function kindOf(type: NodeType): NodeKind {
  return NODE_KINDS[type];
}

export function isNodeType(type: unknown): type is NodeType {
  return typeof type === 'string' && Object.hasOwn(NODE_KINDS, type);
}
