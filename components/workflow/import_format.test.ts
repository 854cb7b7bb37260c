import { expect, test } from 'vitest';
import { guessFormat } from './import_format.ts';
import { suggestKey } from './key.ts';

test.each([
  [{ works: ['a', 'b'], dags: { b: { dependences: ['a'] } } }, 'termite'],
  [{ flow_key: 'encode', flow_config: '{}' }, 'termite'],
  [{ key: 'encode', name: 'Encode', config: '{"works":[]}' }, 'termite'],
  [{ schemaVersion: 1, nodes: [], edges: [] }, 'latchwork'],
  [{ key: 'encode', definition: { nodes: [], edges: [] }, works: [] }, 'latchwork'],
  [{ taskName: 'hello', stepSequence: ['sum'], steps: { sum: {} } }, 'bcs'],
  [{ steps: [{ name: 'sum' }], commonParams: {} }, 'bcs'],
  [{ name: 'encode', schemaVersion: 2, tasks: [] }, 'conductor'],
  [{ workflowDef: { name: 'encode' }, taskDefs: [] }, 'conductor'],
  [[], 'latchwork'],
] as const)('%j is taken for %s', (document, format) => {
  expect(guessFormat(JSON.stringify(document))).toBe(format);
});

test.each([
  ['# of ours\nschemaVersion: 1\nnodes:\n  - key: a\n    tasks: 1\n', 'latchwork'],
  ['name: encode\ntasks:\n  - name: a\n', 'conductor'],
  ['"stepSequence": [a]\nsteps: {a: {}}\n', 'bcs'],
  ['works: [a]\r\ndags: {}\r\n', 'termite'],
  ['', 'latchwork'],
] as const)('the text %j is taken for %s', (text, format) => {
  expect(guessFormat(text)).toBe(format);
});

test.each([
  ['Image mosaic (big)', 'image-mosaic-big'],
  ['  Café — Nº 2 ', 'cafe-no-2'],
  ['图像处理', ''],
  ['_private', 'private'],
])('the key suggested for "%s" is "%s"', (name, key) => {
  expect(suggestKey(name)).toBe(key);
});
