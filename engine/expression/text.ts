/**
 * Finds the expressions in a text. `{{` opens one and `}}` closes it; braces and quotes inside the expression are CEL's own, so
 * `{{ {"a": {"b": "}}"}} }}` is one expression. A backslash before `{{` makes it plain text, two are one backslash and an expression.
 */
export type Piece =
  | { readonly text: string }
  | { readonly expression: string; readonly offset: number };

export type SplitText =
  | { readonly ok: true; readonly pieces: readonly Piece[] }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

export function splitText(text: string): SplitText {
  const pieces: Piece[] = [];
  let plain = '';
  let position = 0;

  for (;;) {
    const open = text.indexOf('{{', position);
    if (open === -1) {
      break;
    }

    const backslashes = countBackslashes(text, position, open);
    plain += text.slice(position, open - backslashes) + '\\'.repeat(backslashes >> 1);

    if (backslashes % 2 === 1) {
      plain += '{{';
      position = open + 2;
      continue;
    }

    const close = findClose(text, open + 2);
    if (close === -1) {
      return { ok: false, message: 'this {{ has no }}', start: open, end: open + 2 };
    }
    if (plain !== '') {
      pieces.push({ text: plain });
      plain = '';
    }
    pieces.push(pieceBetween(text, open + 2, close));
    position = close + 2;
  }

  plain += text.slice(position);
  if (plain !== '' || pieces.length === 0) {
    pieces.push({ text: plain });
  }
  return { ok: true, pieces };
}

function pieceBetween(text: string, start: number, end: number): Piece {
  const inside = text.slice(start, end);
  const expression = inside.trim();
  return { expression, offset: start + inside.indexOf(expression) };
}

function countBackslashes(text: string, from: number, to: number): number {
  let count = 0;
  while (to - count > from && text[to - count - 1] === '\\') {
    count += 1;
  }
  return count;
}

/** @returns where the `}}` stands that ends the expression beginning at `start`; -1 if none does */
function findClose(text: string, start: number): number {
  let depth = 0;
  let position = start;

  while (position < text.length) {
    const character = text[position];

    if (character === '"' || character === "'") {
      position = skipLiteral(text, position, character);
    } else if (character === '/' && text[position + 1] === '/') {
      position = skipComment(text, position);
    } else if (character === '{') {
      depth += 1;
      position += 1;
    } else if (character !== '}') {
      position += 1;
    } else if (depth > 0) {
      depth -= 1;
      position += 1;
    } else {
      return text[position + 1] === '}' ? position : -1;
    }
  }

  return -1;
}

/** A comment ends with its line, or with the expression. */
function skipComment(text: string, start: number): number {
  const ends = [text.indexOf('\n', start), text.indexOf('}}', start)].filter((end) => end !== -1);
  return ends.length > 0 ? Math.min(...ends) : text.length;
}

/** Past a text literal: 'a', "a", three of either; a backslash keeps the next character from ending it, in raw literals too. */
function skipLiteral(text: string, start: number, quote: string): number {
  const closing = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let position = start + closing.length;

  while (position < text.length && !text.startsWith(closing, position)) {
    position += text[position] === '\\' ? 2 : 1;
  }
  return position + closing.length;
}
