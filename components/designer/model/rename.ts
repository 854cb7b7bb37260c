/**
 * Renaming tasks inside expressions: `tasks.old.output` becomes `tasks.new.output`, in text it stays as it is. Works on tokens, not on a
 * syntax tree, because drafts hold expressions that do not parse yet.
 */
import { splitText } from '#engine/expression/text.ts';

/** Old key to new key. */
export type Renames = ReadonlyMap<string, string>;

type Token = { readonly text: string; readonly start: number };

const TOKEN =
  /\/\/[^\n]*|'''(?:\\[^]|[^\\])*?'''|"""(?:\\[^]|[^\\])*?"""|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|[^\s]/g;

export function renameInExpression(expression: string, renames: Renames): string {
  const tokens = [...expression.matchAll(TOKEN)]
    .map((match): Token => ({ text: match[0], start: match.index }))
    .filter(({ text }) => !text.startsWith('//'));

  let result = '';
  let done = 0;

  tokens.forEach((token, index) => {
    const renamed = isTaskName(tokens, index) ? renamedToken(token.text, renames) : undefined;
    if (renamed === undefined) return;

    result += expression.slice(done, token.start) + renamed;
    done = token.start + token.text.length;
  });

  return result + expression.slice(done);
}

/** Renames in every `{{ expression }}` of every text of a template. Gives back the same value if there was nothing to do. */
export function renameInTemplate(template: unknown, renames: Renames): unknown {
  if (typeof template === 'string') return renameInText(template, renames);

  if (Array.isArray(template)) {
    const list: readonly unknown[] = template;
    const renamed = list.map((entry) => renameInTemplate(entry, renames));
    return renamed.some((entry, index) => entry !== list[index]) ? renamed : template;
  }

  if (typeof template === 'object' && template !== null) {
    const before = Object.entries(template);
    const after = before.map(([key, entry]) => [key, renameInTemplate(entry, renames)] as const);
    return after.some(([, entry], index) => entry !== before[index]?.[1])
      ? Object.fromEntries(after)
      : template;
  }

  return template;
}

function renameInText(text: string, renames: Renames): string {
  const split = splitText(text);
  if (!split.ok) return text;

  let result = '';
  let done = 0;

  for (const piece of split.pieces) {
    if ('expression' in piece) {
      result += text.slice(done, piece.offset) + renameInExpression(piece.expression, renames);
      done = piece.offset + piece.expression.length;
    }
  }

  return result + text.slice(done);
}

/** Whether the token is the `a` of `tasks.a`, `tasks.?a`, `tasks["a"]` or `tasks[?"a"]`, and `tasks` no member of something else. */
function isTaskName(tokens: readonly Token[], index: number): boolean {
  const textAt = (place: number) => tokens[place]?.text;
  const quoted = /^["']/.test(textAt(index) ?? '');
  const sign = textAt(index - 1) === '?' ? index - 2 : index - 1;
  const isMember =
    textAt(sign - 2) === '.' || (textAt(sign - 2) === '?' && textAt(sign - 3) === '.');

  return textAt(sign) === (quoted ? '[' : '.') && textAt(sign - 1) === 'tasks' && !isMember;
}

function renamedToken(token: string, renames: Renames): string | undefined {
  const quote = token[0];
  if (quote !== '"' && quote !== "'") return renames.get(token);

  const renamed = renames.get(token.slice(1, -1));
  return renamed === undefined ? undefined : quote + renamed + quote;
}
