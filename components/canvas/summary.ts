/** What a card says of its step in one line, read off a draft in which anything may be missing. Pure: the words are put in when it is drawn. */
import { isRecord, textOf } from './read.ts';

export type Summary =
  /** In the words of the definition: a key, a line of code, a host. */
  | { readonly is: 'code'; readonly text: string }
  | { readonly is: 'child'; readonly workflow: string; readonly version: number | undefined }
  | { readonly is: 'seconds'; readonly seconds: number }
  | { readonly is: 'until'; readonly until: string }
  | { readonly is: 'window'; readonly window: WindowFields }
  | { readonly is: 'missing'; readonly what: 'Work' | 'Url' | 'Script' | 'Workflow' | 'Time' };

export type WindowFields = {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly days: readonly string[];
};

export function codeOr(
  missing: Extract<Summary, { is: 'missing' }>['what'],
  text: string | undefined,
): Summary {
  return text === undefined ? { is: 'missing', what: missing } : { is: 'code', text };
}

export function childSummary(node: { readonly [field: string]: unknown }): Summary {
  const workflow = textOf(node.workflow);
  if (workflow === undefined) return { is: 'missing', what: 'Workflow' };

  const version = typeof node.version === 'number' ? node.version : undefined;
  return { is: 'child', workflow, version };
}

/** The window of a node that has one; half a window is shown as far as it goes. */
export function windowOf(value: unknown): WindowFields | undefined {
  if (!isRecord(value)) return undefined;
  const days: readonly unknown[] = Array.isArray(value.days) ? value.days : [];

  return {
    from: textOf(value.from) ?? '…',
    to: textOf(value.to) ?? '…',
    timeZone: textOf(value.timeZone) ?? '…',
    days: days.filter((day) => typeof day === 'string'),
  };
}

/** The host of a URL, expressions and port included; a URL that begins with an expression is shown as it is. */
export function hostOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/((?:\{\{.*?\}\}|[^/?#])+)/i.exec(url)?.[1] ?? url;
}

/** The first line that says something. */
export function firstLine(text: string): string | undefined {
  return textOf(
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== ''),
  );
}
