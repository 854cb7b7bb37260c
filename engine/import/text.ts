/**
 * A document as text: JSON, or YAML 1.2 (core schema) that says no more than JSON can. Aliases are expanded within bounds, tags of one's
 * own, merge keys and numbers that are none in JSON are refused, and whatever is wrong is said with its line and column.
 */
import { isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { Json } from '../json.ts';
import { findRepeated } from '../json_text.ts';
import { step } from '../pointer.ts';

export type TextError = {
  readonly message: string;
  /** From 1; null where the fault is not at one place. */
  readonly line: number | null;
  readonly column: number | null;
};

export type ReadText =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: TextError };

/** Uses of aliases, each times the aliases inside what it stands for: far more than people write, far less than a "billion laughs". */
const MAX_ALIASES = 2_000;

/** What a document may be once its aliases are written out: the size of the largest body that the API takes. */
const MAX_EXPANDED = 16_777_216;

/** Deeper than any definition; what reads documents may recurse. */
const MAX_DEPTH = 200;

export function readDocument(text: string): ReadText {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return readYaml(text);
  }
  const repeated = findRepeated(text);
  if (repeated === null) {
    return withinBounds(value);
  }
  const { line, column } = repeated.position;
  const message = `An object has the member ${JSON.stringify(repeated.name)} a second time.`;
  return { ok: false, error: { message, line, column } };
}

function readYaml(text: string): ReadText {
  const lines = new LineCounter();

  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      stringKeys: true,
      resolveKnownTags: false,
      prettyErrors: false,
      // 'silent' would drop a second document in silence.
      logLevel: 'error',
      lineCounter: lines,
    });
    const [wrong] = [...document.errors, ...document.warnings];
    if (wrong) {
      return at(lines, wrong.pos[0], sentence(wrong.code, wrong.message));
    }
    const refused = findRefused(document);
    if (refused) {
      return at(lines, refused.node.range?.[0] ?? 0, refused.message);
    }
    return withinBounds(document.toJS({ maxAliasCount: MAX_ALIASES }) as Json);
  } catch (error) {
    // The stack ran out, or an alias could not be followed.
    if (error instanceof RangeError) {
      return nowhere(TOO_DEEP);
    }
    if (error instanceof ReferenceError) {
      return nowhere('Its aliases stand for too much, or for one another.');
    }
    throw error;
  }
}

const TOO_DEEP = `It is nested deeper than ${MAX_DEPTH} levels.`;

/** What YAML can say and JSON cannot, or means something else to other readers. */
function findRefused(document: Document): { node: Node; message: string } | null {
  let found: { node: Node; message: string } | null = null;

  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
        found = { node: key, message: 'Merge keys (<<) are not part of YAML 1.2; use an alias.' };
        return visit.BREAK;
      }
    },
    Alias(_, node) {
      if (node.resolve(document) === undefined) {
        found = { node, message: `There is no anchor &${node.source} before *${node.source}.` };
        return visit.BREAK;
      }
    },
    Scalar(_, node) {
      if (typeof node.value === 'number' && !Number.isFinite(node.value)) {
        found = { node, message: `${node.source ?? 'This'} is no number of JSON.` };
        return visit.BREAK;
      }
    },
  });
  return found;
}

/** Holds any document, whatever it was written in, to its bounds. Does not recurse: it is what makes recursion safe. */
export function withinBounds(value: Json): ReadText {
  const waiting: { value: Json; depth: number; pointer: string }[] = [
    { value, depth: 0, pointer: '' },
  ];
  let size = 0;

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth, pointer } = next;
    size += typeof value === 'string' ? value.length + 2 : 2;

    if (depth > MAX_DEPTH) {
      return nowhere(TOO_DEEP);
    }
    if (size > MAX_EXPANDED) {
      return nowhere('Its aliases, written out, make it too large.');
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return nowhere(`The number at ${pointer} is too large.`);
    }
    if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries<Json>(value)) {
        size += name.length;
        waiting.push({ value: member, depth: depth + 1, pointer: pointer + step(name) });
      }
    }
  }
  return { ok: true, value };
}

function at(lines: LineCounter, offset: number, message: string): ReadText {
  const { line, col } = lines.linePos(offset);
  return { ok: false, error: { message, line, column: col } };
}

function nowhere(message: string): ReadText {
  return { ok: false, error: { message, line: null, column: null } };
}

function sentence(code: string, message: string): string {
  if (code === 'TAG_RESOLVE_FAILED') {
    return `Tags are not read: ${message.replace(/^Unresolved tag: /, '')}.`;
  }
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
