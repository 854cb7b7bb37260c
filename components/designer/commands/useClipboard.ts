'use client';

import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { toast } from 'sonner';
import type { Canvas } from '../../canvas/useCanvas.ts';
import { isInField, isInOverlay } from '../../ui/free_key.ts';
import type { Editor } from '../editor/editor.ts';
import { nodeOf } from '../model/document.ts';
import { fragmentFromText, fragmentOf, fragmentToText } from '../model/fragment.ts';

/**
 * Copy, cut and paste by the browser's own events, which need no permission and work over plain http. The clipboard holds JSON text, so nodes
 * go to another tab, into a chat and back.
 */
export function useClipboard(editor: Editor, canvas: Canvas, editable: boolean): void {
  const t = useTranslations('designer.clipboard');

  useEffect(() => {
    function copy(event: ClipboardEvent, cut: boolean) {
      const { nodes } = editor.store.getState().selection;
      const text = document.getSelection()?.toString() ?? '';
      if (isElsewhere(event) || text !== '' || nodes.length === 0) return;

      event.preventDefault();
      event.clipboardData?.setData(
        'text/plain',
        fragmentToText(fragmentOf(editor.document(), nodes)),
      );

      if (cut && editable) editor.run({ type: 'remove', nodes, edges: editor.selectedEdges() });
      else toast.success(t('copied', { count: nodes.length }));
    }

    function paste(event: ClipboardEvent) {
      if (isElsewhere(event) || !editable) return;

      event.preventDefault();
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (!pasteText(editor, canvas, text)) toast.info(t('nothing'));
    }

    const onCopy = (event: ClipboardEvent) => copy(event, false);
    const onCut = (event: ClipboardEvent) => copy(event, true);

    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCut);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCut);
      document.removeEventListener('paste', paste);
    };
  }, [editor, canvas, editable, t]);
}

/** In a field, or in a dialog over the canvas: what is copied or pasted there is no node. */
function isElsewhere({ target }: ClipboardEvent): boolean {
  return isInField(target) || isInOverlay(target);
}

/** Beside the originals where these are here; from elsewhere, in the middle of the view. False if the text is no pipeline. */
export function pasteText(editor: Editor, canvas: Canvas, text: string): boolean {
  const fragment = fragmentFromText(text);
  if (fragment === null) return false;

  const known = fragment.nodes.every((node) => nodeOf(editor.document(), node.key) !== undefined);
  return editor.run({
    type: 'insert',
    fragment,
    how: 'paste',
    at: known ? undefined : canvas.centre(),
  });
}
