/** Writing CEL and templates out of other systems' texts. */
import type { Json } from '../json.ts';

/** Words that CEL keeps for itself. As the name of a member they stand in brackets. */
const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while prototype __proto__'.split(
    ' ',
  ),
);

/** A member or element of something: `.name`, `["na-me"]`, `[0]`. */
export function celMember(name: string | number): string {
  return typeof name === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name)
    ? `.${name}`
    : `[${typeof name === 'string' ? celText(name) : name}]`;
}

/** The escapes of JSON are CEL's, but for halves of surrogate pairs, which CEL has no way to write. */
export function celText(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** A value written in CEL; `ofText` writes the texts in it. */
export function celValue(value: Json, ofText: (text: string) => string = celText): string {
  if (typeof value === 'string') {
    return ofText(value);
  }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    // As a double, which is what JSON means: whole numbers of CEL end at 64 bits, and come out as texts beyond 53.
    return value.toExponential();
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  return Array.isArray(value)
    ? `[${(value as readonly Json[]).map((item) => celValue(item, ofText)).join(', ')}]`
    : `{${Object.entries(value as Readonly<Record<string, Json>>)
        .map(([name, item]) => `${celText(name)}: ${celValue(item, ofText)}`)
        .join(', ')}}`;
}

/** A piece of a text that is a template: plain, or computed. */
export type Part = { readonly plain: string } | { readonly cel: string };

/** A template out of its parts. Plain ones come out as they are, whatever braces and backslashes they have. */
export function templateOf(parts: readonly Part[]): string {
  return parts
    .map((part, index) => {
      if ('cel' in part) {
        return `{{ ${part.cel} }}`;
      }
      const before = parts[index + 1];
      return before !== undefined && part.plain.endsWith('{')
        ? `{{ ${celText(part.plain)} }}`
        : escaped(part.plain, before !== undefined);
    })
    .join('');
}

export function plainTemplate(text: string): string {
  return templateOf([{ plain: text }]);
}

function escaped(text: string, beforeExpression: boolean): string {
  const inside = text.replaceAll(
    /(\\*)\{\{/g,
    (_, backslashes: string) => `${backslashes.repeat(2)}\\{{`,
  );
  return beforeExpression ? inside.replace(/\\+$/, (backslashes) => backslashes.repeat(2)) : inside;
}
