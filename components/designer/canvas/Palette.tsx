'use client';

import { useTranslations } from 'next-intl';
import type { DragEvent } from 'react';
import { DRAGGED_KIND } from '../../canvas/editing.ts';
import type { NodeKind } from '../../canvas/kinds/kind.ts';
import { groupedKinds } from '../../canvas/kinds/registry.ts';
import type { Canvas } from '../../canvas/useCanvas.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { useUi } from '../commands/context.ts';
import { useEditor } from '../editor/context.ts';
import { outletAfter } from '../model/outlet.ts';

/** The kinds of nodes: to drag onto the canvas, or to press, which adds one after the selected node. */
export function Palette({ canvas }: { canvas: Canvas }) {
  const t = useTranslations('designer.palette');
  const groups = useTranslations('designer.groups');

  return (
    <nav
      aria-label={t('title')}
      className="flex w-36 shrink-0 flex-col gap-3 overflow-y-auto border-r bg-surface p-2"
    >
      {groupedKinds().map(({ group, kinds }) => (
        <div
          key={group}
          role="group"
          aria-labelledby={`palette-${group}`}
          className="flex flex-col"
        >
          <h2 id={`palette-${group}`} className="px-1 pb-1 text-2xs font-medium text-faint">
            {groups(group)}
          </h2>
          {kinds.map((kind) => (
            <PaletteItem key={kind.type} kind={kind} canvas={canvas} />
          ))}
        </div>
      ))}
    </nav>
  );
}

function PaletteItem({ kind, canvas }: { kind: NodeKind; canvas: Canvas }) {
  const t = useTranslations('designer');
  const editor = useEditor();
  const ui = useUi();
  const title = t(`kinds.${kind.type}.title`);

  function add() {
    const [selected, ...others] = editor.store.getState().selection.nodes;
    const after =
      selected === undefined || others.length > 0 || !kind.entry
        ? undefined
        : outletAfter(editor.document(), selected);

    editor.run({
      type: 'add',
      node: kind.create(kind.type),
      after,
      at: after === undefined && ui.view === 'canvas' ? canvas.centre() : undefined,
    });

    const [added] = editor.store.getState().selection.nodes;
    if (added !== undefined) ui.reveal(added);
  }

  function onDragStart(event: DragEvent) {
    event.dataTransfer.setData(DRAGGED_KIND, kind.type);
    event.dataTransfer.effectAllowed = 'copy';
  }

  return (
    <Tooltip text={t(`kinds.${kind.type}.about`)} side="right">
      <button
        type="button"
        draggable={ui.view === 'canvas'}
        aria-label={t('palette.add', { kind: title })}
        data-testid={`palette-${kind.type}`}
        onDragStart={onDragStart}
        onClick={add}
        className="flex cursor-grab items-center gap-2 rounded-md border border-transparent px-1 py-1 text-left text-xs text-muted transition-colors select-none hover:border-line hover:bg-hover hover:text-text active:cursor-grabbing"
      >
        <span
          data-tone={kind.tone}
          className="grid size-7 shrink-0 place-items-center rounded-md border border-tone-line bg-tone-soft text-tone"
        >
          <kind.Icon aria-hidden className="size-4" />
        </span>
        {title}
      </button>
    </Tooltip>
  );
}
