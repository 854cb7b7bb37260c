/**
 * Unsaved changes that outlive the page: kept by the tab (sessionStorage, so two tabs never mix theirs up) when it goes away while something
 * is unsaved, and offered when the draft is opened in it again. Never loaded by itself.
 */
import { openDocument, type Document } from '../model/document.ts';
import { isRecord } from '../../canvas/read.ts';

export type LocalCopy = { readonly document: Document; readonly at: number };

function nameOf(workflow: string): string {
  return `latchwork-draft:${workflow}`;
}

export function keepLocalCopy(workflow: string, document: Document, at: number): void {
  try {
    sessionStorage.setItem(nameOf(workflow), JSON.stringify({ document, at }));
  } catch {
    // Full or forbidden: then there is no copy.
  }
}

export function dropLocalCopy(workflow: string): void {
  try {
    sessionStorage.removeItem(nameOf(workflow));
  } catch {
    // Forbidden: then there is none.
  }
}

export function readLocalCopy(workflow: string): LocalCopy | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(nameOf(workflow)) ?? 'null');
    if (!isRecord(kept) || typeof kept.at !== 'number') return null;

    const document = openDocument(kept.document);
    return document === null ? null : { document, at: kept.at };
  } catch {
    return null;
  }
}
