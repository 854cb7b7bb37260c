'use client';

import { Handle, Position, useReactFlow, type NodeProps } from '@xyflow/react';
import { clsx } from 'clsx';
import { memo, type MouseEvent } from 'react';
import { TASK_FACES } from '../status/faces.ts';
import type { FlowNode } from './cards/card.ts';
import { useEditing } from './editing.ts';
import { entryHeight, portOf } from './flow.ts';
import type { Exit } from './graph.ts';
import { kindOf } from './kinds/registry.ts';

/** The frame that all kinds share: looks by state, the port on the left, the ports on the right. What is inside is the kind's own. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<FlowNode>) {
  const { node, exits, size, run, marks, editable } = data;
  const kind = kindOf(node.type);
  const round = node.type === 'start' || node.type === 'end';
  const dim = run?.status === 'pending' || run?.status === 'skipped';

  return (
    <>
      <div
        data-tone={
          marks === undefined ? cardTone(run) : marks.severity === 'error' ? 'bad' : 'warn'
        }
        style={size}
        className={clsx(
          'node-card border bg-raised text-text shadow-card transition-[border-color,box-shadow]',
          round ? 'rounded-full' : 'rounded-lg',
          marks !== undefined
            ? 'border-tone-solid'
            : run === undefined
              ? 'border-line-strong'
              : 'border-tone-line',
          node.disabled === true && 'border-dashed',
          dim && 'opacity-75',
          run?.critical === true && 'ring-2 ring-accent',
          node.type === 'fanout' && 'node-card-stack',
          selected && 'node-card-selected',
        )}
      >
        <kind.Card
          node={node}
          exits={exits}
          run={run}
          marks={marks}
          Icon={kind.Icon}
          tone={kind.tone}
          summary={kind.summary?.(node)}
        />
      </div>
      {kind.entry && (
        <Handle
          type="target"
          position={Position.Left}
          isConnectable={editable}
          isConnectableStart={false}
          style={
            {
              top: entryHeight(size),
              '--card-width': `${size.width}px`,
              '--card-height': `${size.height}px`,
            } as React.CSSProperties
          }
        />
      )}
      {exits.map((exit) => (
        <ExitPort key={portOf(exit.branch)} node={id} exit={exit} editable={editable} />
      ))}
    </>
  );
});

function cardTone(run: FlowNode['data']['run']): string | undefined {
  return run === undefined ? undefined : TASK_FACES[run.status].tone;
}

/** A port to draw an edge from; pressing it asks what shall come next. */
function ExitPort({ node, exit, editable }: { node: string; exit: Exit; editable: boolean }) {
  const editing = useEditing();
  const flow = useReactFlow();

  function addAfter(event: MouseEvent) {
    const screen = { x: event.clientX, y: event.clientY };

    event.stopPropagation();
    editing?.onAddAfter(
      { from: node, ...(exit.branch !== undefined && { branch: exit.branch }) },
      { screen, canvas: flow.screenToFlowPosition(screen) },
    );
  }

  return (
    <Handle
      type="source"
      position={Position.Right}
      id={portOf(exit.branch)}
      isConnectable={editable}
      isConnectableEnd={false}
      style={{ top: exit.y }}
      data-unknown={exit.known ? undefined : true}
      {...(editable && { onClick: addAfter })}
    >
      {editable && <span aria-hidden className="port-plus" />}
    </Handle>
  );
}
