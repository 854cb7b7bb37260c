/** What can be done by key, button or menu. Each is written once: its keys, its icon, and (in useCommandRuns.ts) what it does. */
import {
  ClipboardPaste,
  Copy,
  Files,
  FlaskConical,
  Focus,
  Keyboard,
  Maximize,
  Network,
  PenLine,
  Plus,
  Power,
  Redo2,
  Rocket,
  Save,
  Scissors,
  Search,
  SquareDashedMousePointer,
  Trash2,
  Undo2,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { Shortcut } from '../editor/shortcut.ts';

export type CommandSpec = {
  readonly keys: readonly Shortcut[];
  readonly Icon: LucideIcon;
  /** Changes the draft: not there for who may only look. */
  readonly edits?: true;
  /** Works while a field has the focus. */
  readonly inFields?: true;
  /** The browser's own event does it: the keys are only told. */
  readonly native?: true;
};

export const COMMANDS = {
  add: { keys: ['n'], Icon: Plus, edits: true },
  undo: { keys: ['mod+z'], Icon: Undo2, edits: true },
  redo: { keys: ['mod+shift+z', 'mod+y'], Icon: Redo2, edits: true },
  copy: { keys: ['mod+c'], Icon: Copy, native: true },
  cut: { keys: ['mod+x'], Icon: Scissors, edits: true, native: true },
  paste: { keys: ['mod+v'], Icon: ClipboardPaste, edits: true, native: true },
  duplicate: { keys: ['mod+d'], Icon: Files, edits: true },
  delete: { keys: ['delete', 'backspace'], Icon: Trash2, edits: true },
  toggle: { keys: ['d'], Icon: Power, edits: true },
  rename: { keys: ['f2'], Icon: PenLine, edits: true },
  selectAll: { keys: ['mod+a'], Icon: SquareDashedMousePointer },
  deselect: { keys: ['escape'], Icon: X },
  arrange: { keys: ['shift+alt+t'], Icon: Network, edits: true },
  fit: { keys: ['1'], Icon: Maximize },
  actualSize: { keys: ['0'], Icon: Focus },
  find: { keys: ['mod+f'], Icon: Search, inFields: true },
  save: { keys: ['mod+s'], Icon: Save, edits: true, inFields: true },
  publish: { keys: ['mod+enter'], Icon: Rocket, edits: true, inFields: true },
  simulate: { keys: ['shift+s'], Icon: FlaskConical },
  help: { keys: ['?'], Icon: Keyboard },
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof COMMANDS;

export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[];

export function specOf(id: CommandId): CommandSpec {
  return COMMANDS[id];
}
