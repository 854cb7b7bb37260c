'use client';

import { getBezierPath, useConnection, type ConnectionLineComponentProps } from '@xyflow/react';
import type { FlowNode } from './cards/card.ts';
import { useEditing } from './editing.ts';
import { branchOfPort } from './flow.ts';

/** The line under the pointer while an edge is drawn. */
export function ConnectionLine({
  fromX,
  fromY,
  toX,
  toY,
  fromPosition,
  toPosition,
  connectionStatus,
}: ConnectionLineComponentProps<FlowNode>) {
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
    curvature: 0.3,
  });

  return (
    <g data-tone={connectionStatus === 'invalid' ? 'bad' : 'accent'}>
      <path d={path} fill="none" stroke="var(--tone-solid)" strokeWidth={2} />
      <circle cx={toX} cy={toY} r={4} fill="var(--tone-solid)" />
    </g>
  );
}

/** While a line is held over a card that it may not reach: why. It follows the pointer, at the same size at any zoom. */
export function ConnectionRefusal() {
  const editing = useEditing();
  const connection = useConnection<FlowNode>();

  if (!connection.inProgress || connection.toNode === null || connection.toHandle === null) {
    return null;
  }

  const branch = branchOfPort(connection.fromHandle.id);
  const refusal = editing?.refuse({
    from: connection.fromNode.id,
    to: connection.toNode.id,
    ...(branch !== undefined && { branch }),
  });

  return refusal === undefined ? null : (
    <p
      role="status"
      data-tone="bad"
      className="pointer-events-none absolute z-10 max-w-72 rounded-md border border-tone-line bg-tone-soft px-2 py-1 text-xs text-tone shadow-pop"
      style={{ left: connection.pointer.x + 16, top: connection.pointer.y + 16 }}
    >
      {refusal}
    </p>
  );
}
