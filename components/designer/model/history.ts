/** Undo as a list of values with names. Selection is no part of it; what is typed into one field becomes one entry. */
import type { Document } from './document.ts';
import type { Label } from './labels.ts';

export type HistoryEntry = {
  readonly document: Document;
  /** What was done to arrive here. */
  readonly label: Label;
  /** Further changes of the same kind go into the same entry while this is set. */
  readonly coalesce: string | null;
};

export type History = {
  readonly entries: readonly [HistoryEntry, ...HistoryEntry[]];
  /** Where we are: entries after this one can be redone. */
  readonly at: number;
};

/** Documents share what they have in common, so an entry costs little; the list is bounded for the sake of its reader. */
export const MOST_ENTRIES = 200;

export function startHistory(document: Document, label: Label = { name: 'opened' }): History {
  return { entries: [{ document, label, coalesce: null }], at: 0 };
}

export function present(history: History): Document {
  return (history.entries[history.at] ?? history.entries[0]).document;
}

export function record(
  history: History,
  document: Document,
  label: Label,
  coalesce: string | null,
): History {
  if (document === present(history)) return history;

  const [first, ...rest] = history.entries.slice(0, history.at + 1);
  const last = rest.at(-1);
  const entry = { document, label, coalesce };
  const before = first ?? history.entries[0];

  if (last !== undefined && coalesce !== null && last.coalesce === coalesce) {
    return { entries: [before, ...rest.slice(0, -1), entry], at: history.at };
  }

  const [oldest, ...kept] = [before, ...rest, entry].slice(-MOST_ENTRIES);

  return { entries: [oldest ?? entry, ...kept], at: kept.length };
}

/** The next change is an entry of its own, whatever it is: a field was left, say. */
export function seal(history: History): History {
  const entry = history.entries[history.at];
  if (entry === undefined || entry.coalesce === null) return history;

  const [first, ...rest] = history.entries.map((other) =>
    other === entry ? { ...entry, coalesce: null } : other,
  );

  return first === undefined ? history : { ...history, entries: [first, ...rest] };
}

export function canUndo(history: History): boolean {
  return history.at > 0;
}

export function canRedo(history: History): boolean {
  return history.at < history.entries.length - 1;
}

/** Goes to any entry, back or forth. */
export function goTo(history: History, at: number): History {
  const bounded = Math.min(Math.max(at, 0), history.entries.length - 1);
  return seal({ ...history, at: bounded });
}
