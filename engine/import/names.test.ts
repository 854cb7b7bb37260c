import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeKey, workflowKey, workKey } from '../definition.ts';
import { claimKey, toWorkflowKey, toWorkKey } from './names.ts';

/** Names as other systems have them: short ones that clash, and long ones. */
const name = fc.oneof(
  fc.constantFrom('', 'a', 'a.b', 'a-b', '-', '1', '转码', '_'),
  fc.string({ maxLength: 4 }),
  fc.string({
    minLength: 60,
    maxLength: 140,
    unit: fc.constantFrom('a', 'B', '7', '-', '_', '.', '转'),
  }),
);

test('any name becomes a key that a work and a workflow may have', () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(workKey.safeParse(toWorkKey(text)).success).toBe(true);
      expect(workflowKey.safeParse(toWorkflowKey(text)).success).toBe(true);
    }),
  );
  expect(toWorkKey('-'.repeat(200))).toHaveLength(100);
  expect(toWorkflowKey('a.b c')).toBe('a-b-c');
});

test('names become keys of nodes, each its own', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), (texts) => {
      const used = new Set<string>();
      const keys = texts.map((text) => claimKey(used, text));

      expect(keys.filter((key) => !nodeKey.safeParse(key).success)).toEqual([]);
      expect(new Set(keys).size).toBe(texts.length);
    }),
  );
  const used = new Set<string>();
  const long = '7'.repeat(80);
  expect([long, long, long].map((text) => claimKey(used, text))).toEqual([
    `_${'7'.repeat(63)}`,
    `_${'7'.repeat(59)}_2`,
    `_${'7'.repeat(59)}_3`,
  ]);
});
