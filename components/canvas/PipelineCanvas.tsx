'use client';

import {
  Background,
  BackgroundVariant,
  Controls,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react';
import { clsx } from 'clsx';
import { useState, type ReactNode } from 'react';
import type { Marks, NodeRun } from './cards/card.ts';
import { ConnectionLine, ConnectionRefusal } from './ConnectionLine.tsx';
import { EditingContext, type CanvasEditing } from './editing.ts';
import { GRID, type GraphEdge, type GraphNode, type Layout, type Selection } from './graph.ts';
import { NODE_TYPES } from './kinds/registry.ts';
import { NodeCard } from './NodeCard.tsx';
import { Overview } from './Overview.tsx';
import { PipelineEdge } from './PipelineEdge.tsx';
import { useAriaLabels } from './useAriaLabels.ts';
import { useCanvasKeys } from './useCanvasKeys.ts';
import { useConnecting } from './useConnecting.ts';
import { useDropping } from './useDropping.ts';
import { useFlow } from './useFlow.ts';
import './canvas.css';

export type PipelineCanvasProps = {
  /** What the canvas is heard as: "Pipeline of image-mosaic". */
  readonly label: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Nodes without a position are given one. */
  readonly layout?: Layout | undefined;
  /** How the nodes fare in the instance that is looked at, by key. */
  readonly runs?: Readonly<Record<string, NodeRun>> | undefined;
  /** What is wrong, by node key and by edge id. */
  readonly nodeMarks?: Readonly<Record<string, Marks>> | undefined;
  readonly edgeMarks?: Readonly<Record<string, Marks>> | undefined;
  readonly selection?: Selection | undefined;
  readonly onSelectionChange?: ((change: (before: Selection) => Selection) => void) | undefined;
  /** A node was double-clicked, or Enter pressed on it. */
  readonly onOpen?: ((key: string) => void) | undefined;
  /** Absent: the canvas only shows. */
  readonly editing?: CanvasEditing | undefined;
  /** Dragging over the background draws a selection box instead of moving the view. */
  readonly boxSelect?: boolean | undefined;
  readonly className?: string | undefined;
  /** Overlays: React Flow's `Panel`s. */
  readonly children?: ReactNode;
};

const nodeTypes = Object.fromEntries(NODE_TYPES.map((type) => [type, NodeCard]));
const edgeTypes = { pipeline: PipelineEdge };
const FIT = { padding: 0.12, maxZoom: 1 } as const;
const SNAP: [number, number] = [GRID, GRID];

/** Beyond this many nodes only those on screen are in the document. */
const RENDER_ALL_UP_TO = 100;

/** A pipeline as a graph of cards, left to right: the designer's canvas, and, with `runs` instead of `editing`, an instance's. */
export function PipelineCanvas(props: PipelineCanvasProps) {
  return (
    <ReactFlowProvider>
      <PipelineFlow {...props} />
    </ReactFlowProvider>
  );
}

/** The same for a page that has its own `ReactFlowProvider`, because it steers the canvas from outside (`useCanvas`). */
export function PipelineFlow(props: PipelineCanvasProps) {
  const { label, editing, boxSelect = false, className, children, onOpen } = props;
  const [dropEdge, setDropEdge] = useState<string | null>(null);
  const flow = useFlow(props, dropEdge);
  const connecting = useConnecting(editing);
  const dropping = useDropping(editing, flow.edges, dropEdge, setDropEdge);
  const keys = useCanvasKeys(props, flow.layout);
  const editable = editing !== undefined;

  return (
    <EditingContext value={editing}>
      <ReactFlow
        aria-label={label}
        className={clsx('pipeline-canvas', connecting.active && 'connecting', className)}
        nodes={flow.nodes}
        edges={flow.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={flow.onNodesChange}
        onEdgesChange={flow.onEdgesChange}
        onNodeDoubleClick={(_, node) => onOpen?.(node.id)}
        {...connecting.handlers}
        {...dropping}
        {...keys}
        connectionLineComponent={ConnectionLine}
        connectionRadius={28}
        connectOnClick={false}
        nodesConnectable={editable}
        nodesDraggable={editable}
        edgesReconnectable={editable}
        edgesFocusable={editable}
        disableKeyboardA11y
        deleteKeyCode={null}
        multiSelectionKeyCode={['Meta', 'Control']}
        selectionOnDrag={boxSelect}
        panOnDrag={boxSelect ? [1, 2] : true}
        snapToGrid
        snapGrid={SNAP}
        onlyRenderVisibleElements={props.nodes.length > RENDER_ALL_UP_TO}
        zoomOnDoubleClick={false}
        fitView
        fitViewOptions={FIT}
        minZoom={0.05}
        maxZoom={2}
        ariaLabelConfig={useAriaLabels()}
      >
        <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.5} />
        <Controls showInteractive={false} fitViewOptions={FIT} position="bottom-left" />
        <Overview />
        {editable && <ConnectionRefusal />}
        {children}
      </ReactFlow>
    </EditingContext>
  );
}
