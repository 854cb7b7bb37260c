import { expect, test } from 'vitest';
import { readDocument } from './text.ts';

function refusal(text: string): string {
  const read = readDocument(text);
  if (read.ok) {
    expect.fail(JSON.stringify(read.value));
  }
  const { line, column, message } = read.error;
  return line === null ? message : `${line}:${column} ${message}`;
}

test('JSON and YAML are both read, and say the same', () => {
  const value = { nodes: [{ key: 'a', type: 'task' }], on: true, answer: 'yes' };

  expect(readDocument(JSON.stringify(value))).toEqual({ ok: true, value });
  expect(readDocument('nodes: [{ key: a, type: task }]\non: true\nanswer: yes\n')).toEqual({
    ok: true,
    value,
  });
});

test('names of members are texts, whatever they look like', () => {
  expect(readDocument('1: a\n0x1f: b\nnull: c\ntrue: d')).toEqual({
    ok: true,
    value: { 1: 'a', '0x1f': 'b', null: 'c', true: 'd' },
  });
});

test('aliases are written out', () => {
  expect(readDocument('a: &retry { limit: 3 }\nb: *retry\nc: *retry')).toEqual({
    ok: true,
    value: { a: { limit: 3 }, b: { limit: 3 }, c: { limit: 3 } },
  });
});

test.each([
  [
    'a: [1, 2',
    '1:9 Flow sequence in block collection must be sufficiently indented and end with a ].',
  ],
  ['nodes:\n  - key: a\n   type: task', /^3:1 /],
  ['{"nodes": [}', /^1:12 /],
  ['a: 1\nb: 2\na: 3', '3:1 Map keys must be unique.'],
  ['{"a": 1,\n "b": {"c": 1, "c": 2}}', '2:16 An object has the member "c" a second time.'],
  ['a: 1\n---\na: 2', /^2:1 /],
  ['a: !work x', '1:4 Tags are not read: !work.'],
  ['a: !!js/function "x"', /^1:4 Tags are not read/],
  ['a: !!binary aGk=', /^1:4 Tags are not read/],
  ['a: &x { b: 1 }\nc:\n  <<: *x', '3:3 Merge keys (<<) are not part of YAML 1.2; use an alias.'],
  ['[a, b]: c', /^1:1 /],
  ['a: .inf', '1:4 .inf is no number of JSON.'],
  ['a: 1e999', '1:4 1e999 is no number of JSON.'],
  ['{"a": 1e999}', 'The number at /a is too large.'],
  ['a: *b', '1:4 There is no anchor &b before *b.'],
])('%j is refused with its place', (text, message) => {
  expect(refusal(text)).toEqual(
    typeof message === 'string' ? message : expect.stringMatching(message),
  );
});

test('a document of another version of YAML is read by the same rules', () => {
  expect(readDocument('%YAML 1.1\n---\na: yes\nb: 2026-11-21\nc: 1_000')).toEqual({
    ok: true,
    value: { a: 'yes', b: '2026-11-21', c: '1_000' },
  });
});

test('aliases of aliases do not become a billion texts', () => {
  const levels = 'abcdefghij'.split('');
  const bomb = levels
    .map((name, index) => {
      const previous = levels[index - 1];
      const item = previous === undefined ? 'lol' : `*${previous}`;
      return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
    })
    .join('\n');

  expect(refusal(bomb)).toBe('Its aliases stand for too much, or for one another.');
});

test('one large text may not be repeated until it is too large', () => {
  const text = `a: &a ${'x'.repeat(100_000)}\nb: [${Array(500).fill('*a').join(', ')}]`;
  expect(refusal(text)).toBe('Its aliases, written out, make it too large.');
});

test('an alias of what it stands in is refused', () => {
  expect(refusal('a: &a [*a]')).toEqual(expect.any(String));
});

test.each(['[', '{"a":', '- '])('what is nested too deep is refused: %j', (open) => {
  expect(refusal(open.repeat(100_000))).toEqual(expect.any(String));
  expect(
    refusal(`${open.repeat(300)}1${(open === '[' ? ']' : open === '- ' ? '' : '}').repeat(300)}`),
  ).toBe('It is nested deeper than 200 levels.');
});

test('what is nested as deep as it may be is read', () => {
  expect(readDocument(`${'['.repeat(200)}1${']'.repeat(200)}`).ok).toBe(true);
  expect(readDocument(`${'- '.repeat(200)}1`).ok).toBe(true);
});
