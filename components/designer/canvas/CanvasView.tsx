'use client';

import { Panel } from '@xyflow/react';
import { BoxSelect, Hand, Maximize, Network, Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import type { CanvasEditing } from '../../canvas/editing.ts';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { PipelineFlow } from '../../canvas/PipelineCanvas.tsx';
import type { Canvas } from '../../canvas/useCanvas.ts';
import { IconButton } from '../../ui/Button.tsx';
import { useCommand, useUi } from '../commands/context.ts';
import { useDocument, useEditable, useEditor, useSelection } from '../editor/context.ts';
import { refuseEdge } from '../model/connect.ts';
import { useMarks } from '../problems/context.ts';
import { useSimulation } from '../simulate/context.tsx';
import { useRefusalText } from '../refusal_text.ts';
import { EmptyHint } from './EmptyHint.tsx';

/** The draft as a drawing. */
export function CanvasView({ canvas }: { canvas: Canvas }) {
  const t = useTranslations('designer.canvas');
  const editor = useEditor();
  const editable = useEditable();
  const document = useDocument();
  const selection = useSelection();
  const [boxSelect, setBoxSelect] = useState(false);
  const editing = useEditing();
  const marks = useMarks();
  const { runs } = useSimulation();

  return (
    <PipelineFlow
      label={t('label', { workflow: editor.workflow })}
      nodes={document.nodes}
      edges={document.edges}
      layout={document.layout}
      runs={runs}
      nodeMarks={marks.nodes}
      edgeMarks={marks.edges}
      selection={selection}
      onSelectionChange={editor.select}
      onOpen={focusInspector}
      editing={editable ? editing : undefined}
      boxSelect={boxSelect}
    >
      {document.nodes.length === 0 && <EmptyHint canvas={canvas} />}
      <Panel
        position="top-left"
        className="flex gap-1 rounded-md border bg-surface p-0.5 shadow-card"
      >
        <Tools boxSelect={boxSelect} onBoxSelect={setBoxSelect} />
      </Panel>
    </PipelineFlow>
  );
}

function Tools({
  boxSelect,
  onBoxSelect,
}: {
  boxSelect: boolean;
  onBoxSelect: (on: boolean) => void;
}) {
  const t = useTranslations('designer');
  const editable = useEditable();
  const arrange = useCommand('arrange');
  const find = useCommand('find');
  const fit = useCommand('fit');

  return (
    <>
      <IconButton
        size="sm"
        icon={Hand}
        label={t('canvas.panTool')}
        aria-pressed={!boxSelect}
        className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
        onClick={() => onBoxSelect(false)}
      />
      <IconButton
        size="sm"
        icon={BoxSelect}
        label={t('canvas.boxTool')}
        aria-pressed={boxSelect}
        className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
        onClick={() => onBoxSelect(true)}
      />
      <span aria-hidden className="mx-0.5 w-px self-stretch bg-line" />
      {editable && (
        <IconButton
          size="sm"
          icon={Network}
          label={t('commands.arrange')}
          hint={arrange.hint}
          onClick={arrange.run}
        />
      )}
      <IconButton
        size="sm"
        icon={Search}
        label={t('commands.find')}
        hint={find.hint}
        onClick={find.run}
      />
      <IconButton
        size="sm"
        icon={Maximize}
        label={t('commands.fit')}
        hint={fit.hint}
        onClick={fit.run}
      />
    </>
  );
}

/** What the canvas asks for, as operations. */
function useEditing(): CanvasEditing {
  const editor = useEditor();
  const ui = useUi();
  const refusalText = useRefusalText();

  return useMemo(
    () => ({
      refuse: (edge) => {
        const refusal = refuseEdge(editor.document(), edge);
        return refusal === null ? undefined : refusalText(refusal);
      },
      onConnect: (edge) => void editor.run({ type: 'connect', edge }),
      onReconnect: (from, to) => void editor.run({ type: 'reconnect', from, to }),
      onMove: (positions, nudge) => void editor.run({ type: 'move', positions, nudge }),
      onAddAfter: (after, place) => ui.ask({ place, after }),
      onAddBetween: (between, place) => ui.ask({ place, between }),
      onDrop: (type, at, onto) => {
        const kind = kindOf(type);
        const size = kind.size(kind.exits(kind.create(type), []));

        editor.run({
          type: 'add',
          node: kind.create(type),
          // The middle of the card lands under the pointer.
          at: { x: at.x - size.width / 2, y: at.y - size.height / 2 },
          between: onto,
        });
      },
    }),
    [editor, ui, refusalText],
  );
}

function focusInspector(): void {
  document.querySelector<HTMLElement>('#inspector input, #inspector textarea')?.focus();
}
