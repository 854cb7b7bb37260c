'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { toast } from 'sonner';
import { own } from '#engine/json.ts';
import { edgeId } from '../../canvas/graph.ts';
import type { Canvas } from '../../canvas/useCanvas.ts';
import { copyText } from '../../ui/clipboard.ts';
import type { Editor } from '../editor/editor.ts';
import { boxesOf, nodeOf } from '../model/document.ts';
import { fragmentOf, fragmentToText } from '../model/fragment.ts';
import { outletAfter } from '../model/outlet.ts';
import type { CommandRuns, Ui } from './context.ts';
import { pasteText } from './useClipboard.ts';

/** What every command does. */
export function useCommandRuns(editor: Editor, canvas: Canvas, ui: Ui): CommandRuns {
  const t = useTranslations('designer');
  const common = useTranslations('common');

  return useMemo(() => {
    const selected = () => editor.store.getState().selection.nodes;
    const fragment = () => fragmentOf(editor.document(), selected());

    /** Whether they are on the clipboard now. */
    async function copy(): Promise<boolean> {
      const count = selected().length;
      const done = count > 0 && (await copyText(fragmentToText(fragment())));
      if (done) toast.success(t('clipboard.copied', { count }));
      else if (count > 0) toast.error(common('couldNotCopy'));
      return done;
    }

    function remove() {
      editor.run({ type: 'remove', nodes: selected(), edges: editor.selectedEdges() });
    }

    return {
      add: () => {
        const [key, ...others] = selected();
        const document = editor.document();
        const after =
          key === undefined || others.length > 0 ? undefined : outletAfter(document, key);
        const at = own(document.layout, key ?? '');
        const box = boxesOf(document).find((each) => each.key === key);
        const place =
          after === undefined || at === undefined
            ? canvas.centre()
            : { x: at.x + (box?.width ?? 0) + 80, y: at.y };

        ui.ask({ place: { canvas: place, screen: canvas.toScreen(place) }, after });
      },
      undo: editor.undo,
      redo: editor.redo,
      copy: () => void copy(),
      cut: () => void copy().then((done) => done && remove()),
      paste: () => void pasteFromClipboard(),
      duplicate: () => editor.run({ type: 'insert', fragment: fragment(), how: 'duplicate' }),
      delete: remove,
      toggle: () => {
        const nodes = selected();
        const disabled = nodes.every((key) => nodeOf(editor.document(), key)?.disabled === true);
        editor.run({ type: 'disable', nodes, disabled: !disabled });
      },
      rename: () => document.querySelector<HTMLInputElement>('#inspector input')?.select(),
      selectAll: () =>
        editor.select(() => ({
          nodes: editor.document().nodes.map((node) => node.key),
          edges: editor.document().edges.map(edgeId),
        })),
      deselect: () => editor.selectNodes(),
      arrange: () => {
        const some = selected();
        editor.run({ type: 'arrange', nodes: some.length > 1 ? some : undefined });
        requestAnimationFrame(canvas.fit);
      },
      fit: canvas.fit,
      actualSize: canvas.actualSize,
      find: () => ui.open('find'),
      save: () => void editor.autosave.flush(),
      publish: () => ui.open('publish'),
      simulate: () => ui.open('simulate'),
      help: () => ui.open('help'),
    };

    async function pasteFromClipboard() {
      // Only in a secure context, and only if the person allows it; Ctrl+V needs neither.
      const text = await navigator.clipboard?.readText().catch(() => '');
      if (!pasteText(editor, canvas, text ?? '')) toast.info(t('clipboard.nothing'));
    }
  }, [editor, canvas, ui, t, common]);
}
