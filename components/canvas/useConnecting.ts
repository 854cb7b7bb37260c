'use client';

import { useReactFlow, type Connection, type Edge, type FinalConnectionState } from '@xyflow/react';
import { useState } from 'react';
import type { CanvasEditing } from './editing.ts';
import { branchOfPort, type FlowEdge } from './flow.ts';
import type { GraphEdge } from './graph.ts';

/** Drawing edges and moving their ends. */
export function useConnecting(editing: CanvasEditing | undefined) {
  const flow = useReactFlow();
  const [active, setActive] = useState(false);

  if (editing === undefined) return { active: false, handlers: {} };

  const { refuse, onConnect, onReconnect, onAddAfter } = editing;

  return {
    active,
    handlers: {
      isValidConnection: (connection: Connection | Edge) =>
        refuse(edgeOf(connection)) === undefined,
      onConnect: (connection: Connection) => onConnect(edgeOf(connection)),
      onReconnect: (before: FlowEdge, connection: Connection) => {
        if (before.data !== undefined) onReconnect(before.data.edge, edgeOf(connection));
      },
      onConnectStart: () => setActive(true),
      onReconnectStart: () => setActive(true),
      onReconnectEnd: () => setActive(false),
      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        setActive(false);
        if (state.fromNode === null || state.fromHandle?.type !== 'source') return;

        const outlet = outletOf(state.fromNode.id, state.fromHandle.id);
        const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
        const screen = { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
        const under = document.elementFromPoint(screen.x, screen.y);
        const node = under?.closest('.react-flow__node')?.getAttribute('data-id');

        if (node != null && state.toHandle === null) {
          // So quick a throw that the card had no time to open up.
          const edge = { ...outlet, to: node };
          if (refuse(edge) === undefined) onConnect(edge);
        } else if (under?.classList.contains('react-flow__pane') === true) {
          // A line let go over the background asks for the node that shall stand there.
          onAddAfter(outlet, { screen, canvas: flow.screenToFlowPosition(screen) });
        }
      },
    },
  };
}

function edgeOf(connection: Connection | Edge): GraphEdge {
  return { ...outletOf(connection.source, connection.sourceHandle), to: connection.target };
}

function outletOf(from: string, port: string | null | undefined): Omit<GraphEdge, 'to'> {
  const branch = branchOfPort(port);
  return { from, ...(branch !== undefined && { branch }) };
}
