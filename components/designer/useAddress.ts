'use client';

import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useCallback, useEffect } from 'react';
import { useStore } from 'zustand/react';
import { VIEWS, type View } from './commands/context.ts';
import type { Editor } from './editor/editor.ts';
import { nodeOf } from './model/document.ts';

/** The view and the selected node are in the address: a reload, or a colleague who gets the link, sees the same. */
export function useAddress(editor: Editor): { view: View; setView: (view: View) => void } {
  const [view, setView] = useQueryState('view', parseAsStringLiteral(VIEWS).withDefault('canvas'));
  const [node, setNode] = useQueryState('node', parseAsString);
  const selected = useStore(editor.store, ({ selection }) =>
    selection.nodes.length === 1 ? (selection.nodes[0] ?? null) : null,
  );

  useEffect(() => {
    if (node !== null && nodeOf(editor.document(), node) !== undefined) editor.selectNodes(node);
    // Only when the editor opens: from then on the address follows the selection.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [editor]);

  useEffect(() => {
    void setNode(selected);
  }, [selected, setNode]);

  const show = useCallback((next: View) => void setView(next), [setView]);

  return { view, setView: show };
}
