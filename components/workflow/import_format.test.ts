import { expect, test } from 'vitest';
import { guessFormat, readDocument } from './import_format.ts';
import { suggestKey } from './key.ts';

test.each([
  [{ works: ['a', 'b'], dags: { b: { dependences: ['a'] } } }, 'termite'],
  [{ flow_key: 'encode', flow_config: '{}' }, 'termite'],
  [{ key: 'encode', name: 'Encode', config: '{"works":[]}' }, 'termite'],
  [{ schemaVersion: 1, nodes: [], edges: [] }, 'latchwork'],
  [{ key: 'encode', definition: { nodes: [], edges: [] }, works: [] }, 'latchwork'],
] as const)('%j is taken for %s', (document, format) => {
  expect(guessFormat(document)).toBe(format);
});

test('only an object is a document', () => {
  expect(readDocument('{"nodes": []}')).toEqual({ nodes: [] });
  expect([readDocument('[]'), readDocument('{'), readDocument('')]).toEqual([null, null, null]);
});

test.each([
  ['Image mosaic (big)', 'image-mosaic-big'],
  ['  Café — Nº 2 ', 'cafe-no-2'],
  ['图像处理', ''],
  ['_private', 'private'],
])('the key suggested for "%s" is "%s"', (name, key) => {
  expect(suggestKey(name)).toBe(key);
});
