'use client';

import {
  BaseEdge,
  EdgeLabelRenderer,
  getBezierPath,
  getSmoothStepPath,
  useReactFlow,
  type EdgeProps,
} from '@xyflow/react';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo, type MouseEvent } from 'react';
import type { Tone } from '../ui/Badge.tsx';
import { useEditing } from './editing.ts';
import type { FlowEdge } from './flow.ts';
import type { GraphEdge, Point } from './graph.ts';

/** A curve; back to the beginning of a new row it runs between the rows, where a curve would cross their cards. */
export const PipelineEdge = memo(function PipelineEdge({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition,
  targetPosition,
  selected,
  data,
}: EdgeProps<FlowEdge>) {
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const [path, x, y] =
    targetX < sourceX
      ? getSmoothStepPath({ ...ends, borderRadius: 16, offset: 28 })
      : getBezierPath({ ...ends, curvature: 0.3 });
  const room = targetX - sourceX - 2 * LABEL_GAP;

  return (
    <>
      <g data-tone={toneOf(data)}>
        <BaseEdge id={id} path={path} interactionWidth={24} />
        {data?.marks !== undefined && <title>{data.marks.messages.join('\n')}</title>}
      </g>
      {data?.label !== undefined && room >= LABEL_ROOM && (
        <EdgeLabelRenderer>
          <span
            className="edge-label"
            style={{
              transform: `translate(${sourceX + LABEL_GAP}px, ${labelHeight(sourceX, sourceY, targetX, targetY)}px) translateY(-50%)`,
              maxWidth: room,
            }}
          >
            {data.label}
          </span>
        </EdgeLabelRenderer>
      )}
      {selected === true && data?.editable === true && (
        <AddBetween edge={data.edge} at={{ x, y }} />
      )}
    </>
  );
});

/** Branches are named beside their ports, where the edges of one route still lie apart. */
const LABEL_GAP = 14;

/** In less room than this a name says nothing; the route's own card names its branches too. */
const LABEL_ROOM = 40;

/** Where the curve runs at the middle of a short label. */
function labelHeight(fromX: number, fromY: number, toX: number, toY: number): number {
  const share = Math.min(0.5, Math.max(0, (LABEL_GAP + 20) / Math.max(1, toX - fromX)));
  return fromY + (toY - fromY) * share * share * (3 - 2 * share);
}

function toneOf(data: FlowEdge['data']): Tone | undefined {
  if (data?.marks !== undefined) return data.marks.severity === 'error' ? 'bad' : 'warn';
  return data?.passage === 'passed' ? 'good' : undefined;
}

function AddBetween({ edge, at }: { edge: GraphEdge; at: Point }) {
  const t = useTranslations('designer.canvas');
  const editing = useEditing();
  const flow = useReactFlow();

  function add(event: MouseEvent) {
    event.stopPropagation();
    editing?.onAddBetween(edge, { canvas: at, screen: flow.flowToScreenPosition(at) });
  }

  return (
    <EdgeLabelRenderer>
      <button
        type="button"
        aria-label={t('addBetween', { from: edge.from, to: edge.to })}
        title={t('addBetween', { from: edge.from, to: edge.to })}
        className="edge-plus nodrag nopan"
        style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}
        onClick={add}
      >
        <Plus aria-hidden className="size-3.5" />
      </button>
    </EdgeLabelRenderer>
  );
}
