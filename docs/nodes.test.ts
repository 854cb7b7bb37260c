/** The nodes on the page can be published, and its script runs. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { definition, type DefinitionNode } from '#engine/definition.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { compileProgram } from '#engine/program.ts';
import { validateDefinition } from '#engine/validate.ts';
import { createSandbox } from '#operations/sandbox/sandbox.ts';

const page = readFileSync(new URL('nodes.md', import.meta.url), 'utf8');
const nodes = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
  ([, text = '']) => JSON.parse(text) as DefinitionNode,
);

test('there is one of each', () => {
  expect(new Set(nodes.map(({ type }) => type))).toEqual(new Set(['http', 'script', 'notify']));
});

test.each(nodes.map((node) => [node.key, node] as const))('%s', (key, node) => {
  const document = {
    schemaVersion: 1,
    env: { shopToken: 'lwk', vat: 0.2 },
    nodes: [{ key: 'pack', type: 'task', work: 'pack' }, node],
    edges: [{ from: 'pack', to: key }],
  };
  const known = { works: new Set(['pack']) };

  expect(validateDefinition(document, known).problems).toEqual([]);
  compileProgram(compilePlan(definition.parse(document)));
});

test('the script adds up', async () => {
  const sandbox = await createSandbox(64);
  const script = nodes.find((node) => node.type === 'script')?.script ?? '';
  const input = JSON.stringify({ lines: [{ price: 500, count: 2 }], vat: 0.2 });

  expect(sandbox.run({ script, input, timeoutSeconds: 5, memoryMb: 64 })).toEqual({
    ok: true,
    output: '{"net":1000,"gross":1200}',
  });
});
