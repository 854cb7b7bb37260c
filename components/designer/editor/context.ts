'use client';

import { createContext, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand/react';
import type { Selection } from '../../canvas/graph.ts';
import type { Autosave } from '../autosave/machine.ts';
import type { Document } from '../model/document.ts';
import { present } from '../model/history.ts';
import type { Editor, EditorState } from './editor.ts';

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (editor === null) throw new Error('useEditor needs an EditorContext above it');
  return editor;
}

export function useEditorState<View>(view: (state: EditorState) => View): View {
  return useStore(useEditor().store, view);
}

export function useDocument(): Document {
  return useEditorState((state) => present(state.history));
}

export function useSelection(): Selection {
  return useEditorState((state) => state.selection);
}

export function useAutosave(): Autosave {
  const { autosave } = useEditor();
  return useSyncExternalStore(autosave.subscribe, autosave.state, autosave.state);
}

/** Whether the person may change the draft here: their role allows it and the screen is large enough. */
export const EditableContext = createContext(true);

export function useEditable(): boolean {
  return useContext(EditableContext);
}
