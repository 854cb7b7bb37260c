import type { NodeType } from '#engine/definition.ts';
import { endKind } from './end.ts';
import { fanoutKind } from './fanout.ts';
import { httpKind } from './http.ts';
import { NODE_GROUPS, type NodeKind } from './kind.ts';
import { notifyKind } from './notify.ts';
import { routeKind } from './route.ts';
import { scriptKind } from './script.ts';
import { signalKind } from './signal.ts';
import { startKind } from './start.ts';
import { taskKind } from './task.ts';
import { waitKind } from './wait.ts';
import { workflowKind } from './workflow.ts';

/** In the order of the palette. A new type of node fails to compile until it has its kind here. */
export const NODE_KINDS = {
  task: taskKind,
  http: httpKind,
  script: scriptKind,
  workflow: workflowKind,
  fanout: fanoutKind,
  notify: notifyKind,
  start: startKind,
  route: routeKind,
  end: endKind,
  wait: waitKind,
  signal: signalKind,
} satisfies Record<NodeType, NodeKind>;

export const NODE_TYPES = Object.keys(NODE_KINDS) as NodeType[];

export function kindOf(type: NodeType): NodeKind {
  return NODE_KINDS[type];
}

/** The kinds that may be chosen, by group; a group without any is left out. */
export function groupedKinds(
  may: (kind: NodeKind) => boolean = () => true,
): readonly { readonly group: NodeKind['group']; readonly kinds: readonly NodeKind[] }[] {
  return NODE_GROUPS.map((group) => ({
    group,
    kinds: NODE_TYPES.map(kindOf).filter((kind) => kind.group === group && may(kind)),
  })).filter(({ kinds }) => kinds.length > 0);
}

export function isNodeType(type: unknown): type is NodeType {
  return typeof type === 'string' && Object.hasOwn(NODE_KINDS, type);
}
