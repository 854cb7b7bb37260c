/** JSON as it is written: what `JSON.parse` says nothing of. */
export type JsonPosition = {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
};

/** A member that an object has twice, with the place of the second. */
export type Repeated = { readonly name: string; readonly position: JsonPosition };

/**
 * The first member of an object that is there a second time: `JSON.parse` keeps the last and drops the others in silence. The text is
 * known to be JSON. Does not recurse: a body of many brackets must not overflow the stack.
 */
export function findRepeated(text: string): Repeated | null {
  /** Names by object; null for a list. */
  const open: (Set<string> | null)[] = [];

  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];

    if (letter === '{' || letter === '[') {
      open.push(letter === '{' ? new Set() : null);
    } else if (letter === '}' || letter === ']') {
      open.pop();
    } else if (letter === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names && isName(text, end)) {
        const name = JSON.parse(text.slice(at, end)) as string;
        if (names.has(name)) {
          return { name, position: positionAt(text, at) };
        }
        names.add(name);
      }
      at = end - 1;
    }
  }
  return null;
}

/** A number that no double holds, with its place. */
export type Huge = { readonly number: string; readonly position: JsonPosition };

/** Most texts have nothing of the kind, and are looked at no further. */
const MAY_BE_HUGE = /(?:^|[:[,\s])-?\d(?:[\d.]*[eE]\+?\d{3}|\d{308})/;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The first number that `JSON.parse` makes infinite, which JSON would then write as `null`. The text is known to be JSON. */
export function findHuge(text: string): Huge | null {
  if (!MAY_BE_HUGE.test(text)) {
    return null;
  }
  for (let at = 0; at < text.length; at += 1) {
    NUMBER.lastIndex = at;
    const [number] = NUMBER.exec(text) ?? [];

    if (text[at] === '"') {
      at = endOfString(text, at) - 1;
    } else if (number !== undefined) {
      if (!Number.isFinite(Number(number))) {
        return { number, position: positionAt(text, at) };
      }
      at += number.length - 1;
    }
  }
  return null;
}

export function positionAt(text: string, offset: number): JsonPosition {
  const before = text.slice(0, offset);
  return {
    offset,
    line: before.split('\n').length,
    column: offset - (before.lastIndexOf('\n') + 1) + 1,
  };
}

/** Behind the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

/** Whether a colon follows. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') {
    at += 1;
  }
  return text[at] === ':';
}
