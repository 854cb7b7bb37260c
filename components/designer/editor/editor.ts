import { createStore, type StoreApi } from 'zustand/vanilla';
import { NOTHING_SELECTED, edgeId, type GraphEdge, type Selection } from '../../canvas/graph.ts';
import { AutosaveRunner, type AutosavePorts } from '../autosave/autosave.ts';
import type { Document } from '../model/document.ts';
import {
  canRedo,
  canUndo,
  goTo,
  present,
  record,
  seal,
  startHistory,
  type History,
} from '../model/history.ts';
import { coalesceKeyOf, labelOf } from '../model/labels.ts';
import { apply, type Operation } from '../model/operations.ts';

export type EditorState = {
  readonly history: History;
  readonly selection: Selection;
};

/** One draft being edited: the value with its past, what is selected, and the line to the server. */
export type Editor = {
  readonly workflow: string;
  readonly store: StoreApi<EditorState>;
  readonly autosave: AutosaveRunner;
  readonly document: () => Document;
  /** The one way to change the draft. False if there was nothing to change. */
  readonly run: (operation: Operation) => boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly goTo: (entry: number) => void;
  /** A field was left: what is typed next is another step to undo. */
  readonly seal: () => void;
  readonly select: (change: (before: Selection) => Selection) => void;
  readonly selectNodes: (...keys: readonly string[]) => void;
  readonly selectedEdges: () => readonly GraphEdge[];
};

export function createEditor(input: {
  readonly workflow: string;
  readonly document: Document;
  readonly etag: string | null;
  readonly ports: AutosavePorts;
}): Editor {
  const autosave = new AutosaveRunner(input.document, input.etag, input.ports);
  const store = createStore<EditorState>(() => ({
    history: startHistory(input.document),
    selection: NOTHING_SELECTED,
  }));

  const document = () => present(store.getState().history);

  function become(history: History, selection: Selection): void {
    const before = document();
    const after = present(history);

    store.setState({ history, selection: within(after, selection) });
    if (after !== before) autosave.happened({ type: 'edited', document: after });
  }

  function moveTo(at: number): void {
    const { history, selection } = store.getState();
    become(goTo(history, at), selection);
  }

  function select(change: (before: Selection) => Selection): void {
    const { history, selection } = store.getState();
    store.setState({ history: seal(history), selection: change(selection) });
  }

  return {
    workflow: input.workflow,
    store,
    autosave,
    document,
    run: (operation) => {
      const { history, selection } = store.getState();
      const before = present(history);
      const after = apply(before, operation);
      if (after === before) return false;

      become(
        record(history, after, labelOf(before, operation), coalesceKeyOf(operation)),
        followed(before, after, operation, selection),
      );
      return true;
    },
    undo: () => {
      const { history } = store.getState();
      if (canUndo(history)) moveTo(history.at - 1);
    },
    redo: () => {
      const { history } = store.getState();
      if (canRedo(history)) moveTo(history.at + 1);
    },
    goTo: moveTo,
    seal: () => store.setState(({ history }) => ({ history: seal(history) })),
    select,
    selectNodes: (...keys) => select(() => ({ nodes: keys, edges: [] })),
    selectedEdges: () => {
      const chosen = new Set(store.getState().selection.edges);
      return document().edges.filter((edge) => chosen.has(edgeId(edge)));
    },
  };
}

/** What is selected after an operation: what it made, else what was selected, under its new name perhaps. */
function followed(
  before: Document,
  after: Document,
  operation: Operation,
  selection: Selection,
): Selection {
  switch (operation.type) {
    case 'add':
    case 'insert': {
      const known = new Set(before.nodes.map((node) => node.key));
      return {
        nodes: after.nodes.flatMap((node) => (known.has(node.key) ? [] : [node.key])),
        edges: [],
      };
    }
    case 'connect':
      return selection;
    case 'reconnect':
      return { nodes: [], edges: [edgeId(operation.to)] };
    case 'rename':
      return {
        ...selection,
        nodes: selection.nodes.map((key) => (key === operation.from ? operation.to : key)),
      };
    case 'remove':
    case 'move':
    case 'arrange':
    case 'change':
    case 'changeFields':
    case 'disable':
    case 'renameCase':
    case 'removeCase':
    case 'moveCase':
    case 'set':
    case 'replace':
      return selection;
  }
}

/** Without what is no longer there. */
function within(document: Document, selection: Selection): Selection {
  const keys = new Set(document.nodes.map((node) => node.key));
  const ids = new Set(document.edges.map(edgeId));
  const nodes = selection.nodes.filter((key) => keys.has(key));
  const edges = selection.edges.filter((id) => ids.has(id));

  return nodes.length === selection.nodes.length && edges.length === selection.edges.length
    ? selection
    : { nodes, edges };
}
