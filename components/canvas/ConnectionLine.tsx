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
}: ConnectionLineComponentProps<FlowNode>) {
  const refusal = useRefusal();
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
    <g data-tone={refusal === undefined ? 'accent' : 'bad'}>
      <path d={path} fill="none" stroke="var(--tone-solid)" strokeWidth={2} />
      <circle cx={toX} cy={toY} r={4} fill="var(--tone-solid)" />
    </g>
  );
}

/** While a line is held over a card that it may not reach: why. It follows the pointer, at the same size at any zoom. */
export function ConnectionRefusal() {
  const { pointer } = useConnection<FlowNode>();
  const refusal = useRefusal();

  return refusal === undefined || pointer === null ? null : (
    <p
      role="status"
      data-tone="bad"
      className="pointer-events-none absolute z-10 max-w-72 rounded-md border border-tone-line bg-tone-soft px-2 py-1 text-xs text-tone shadow-pop"
      style={{ left: pointer.x + 16, top: pointer.y + 16 }}
    >
      {refusal}
    </p>
  );
}

/** What speaks against the edge that would be drawn if the line were let go now. */
function useRefusal(): string | undefined {
  const editing = useEditing();
  const { inProgress, fromNode, fromHandle, toNode, toHandle } = useConnection<FlowNode>();

  if (!inProgress || toNode === null || toHandle === null) return undefined;

  const branch = branchOfPort(fromHandle.id);
  return editing?.refuse({
    from: fromNode.id,
    to: toNode.id,
    ...(branch !== undefined && { branch }),
  });
}
