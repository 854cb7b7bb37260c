'use client';

import { createContext, useContext } from 'react';
import type { Place } from '../../canvas/editing.ts';
import type { GraphEdge } from '../../canvas/graph.ts';
import { isMac, keysOf } from '../editor/shortcut.ts';
import { specOf, type CommandId } from './commands.ts';

export const VIEWS = ['canvas', 'outline', 'json'] as const;
export type View = (typeof VIEWS)[number];

/** A node is to be added: the menu asks of which kind. */
export type Adding = {
  readonly place: Place;
  readonly after?: Omit<GraphEdge, 'to'> | undefined;
  readonly between?: GraphEdge | undefined;
};

/** What the parts of the editor's page ask of one another. */
export type Ui = {
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly open: (what: 'publish' | 'help' | 'find' | 'simulate') => void;
  readonly ask: (adding: Adding) => void;
  readonly addBetween: (edge: GraphEdge) => void;
  /** Shows a node, whatever the view, and gives it the focus. */
  readonly reveal: (key: string) => void;
};

export const UiContext = createContext<Ui | null>(null);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (ui === null) throw new Error('useUi needs a UiContext above it');
  return ui;
}

export type CommandRuns = Readonly<Record<CommandId, () => void>>;

export const CommandsContext = createContext<CommandRuns | null>(null);

export function useCommands(): CommandRuns {
  const runs = useContext(CommandsContext);
  if (runs === null) throw new Error('useCommands needs a CommandsContext above it');
  return runs;
}

export function useCommand(id: CommandId): { readonly run: () => void; readonly hint: string } {
  const runs = useCommands();
  return { run: runs[id], hint: hintOf(id) };
}

/** The first of its keys, as it is written on this machine. */
export function hintOf(id: CommandId): string {
  const [shortcut] = specOf(id).keys;
  return shortcut === undefined ? '' : keysOf(shortcut, isMac()).join(isMac() ? '' : '+');
}
