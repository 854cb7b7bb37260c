import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import bcs from '#engine/import/samples/bcs_sum.json' with { type: 'json' };
import conductor from '#engine/import/samples/conductor_order.json' with { type: 'json' };
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
});

async function exported(key: string, query: string): Promise<{ text: string; headers: Headers }> {
  const response = await api.app.request(`/api/v1/workflows/${key}/export?${query}`, {
    headers: { authorization: `Bearer ${await api.keyWith('read')}` },
  });
  expect(response.status).toBe(200);
  return { text: await response.text(), headers: response.headers };
}

const definition = {
  // Not in the order of the schema: it is kept as it was written.
  edges: [{ to: 'b', from: 'a' }],
  nodes: [
    { type: 'task', key: 'a', work: 'w', name: 'yes', input: { text: ' 1e3\n', n: 1e21 } },
    { key: 'b', work: 'w', type: 'task', notes: 'null' },
  ],
  schemaVersion: 1,
};

describe('an export', () => {
  beforeAll(async () => {
    await api.post('/workflows/import', {
      format: 'latchwork',
      document: {
        key: 'kept',
        name: 'Kept: 转码',
        maxRunning: 7,
        order: 'lifo',
        labels: { team: 'no' },
        definition,
      },
      publish: true,
    });
  });

  test.each(['json', 'yaml'])(
    'as %s, imported and exported again, is the same byte for byte',
    async (format) => {
      const { text } = await exported('kept', `format=${format}`);
      // The document names the workflow; on another installation it would keep its name.
      const key = `again-${format}`;
      const { status } = await api.post('/workflows/import', {
        format: 'latchwork',
        document: text,
        key,
      });

      expect(status).toBe(201);
      expect((await exported(key, `format=${format}`)).text).toBe(text.replace('kept', key));
    },
  );

  test('is whatever was asked for: a version, the draft, or what is in use', async () => {
    await api.put(
      '/workflows/kept/draft',
      { definition: { ...definition, edges: [] } },
      { headers: { 'if-match': '"v1"' } },
    );
    const draft = JSON.parse((await exported('kept', 'version=draft')).text);
    const first = JSON.parse((await exported('kept', 'version=1')).text);

    expect(draft.definition.edges).toEqual([]);
    expect(first).toEqual(JSON.parse((await exported('kept', '')).text));
    expect(first).toMatchObject({ schemaVersion: 1, key: 'kept', maxRunning: 7, definition });
    expectProblem(await api.get('/workflows/kept/export?version=2'), 404, 'not_found');
    expectProblem(await api.get('/workflows/none/export'), 404, 'not_found');
    expectProblem(await api.get('/workflows/again-json/export?version=1'), 404, 'not_found');
    expectProblem(await api.get('/workflows/kept/export?version=0'), 422, 'invalid_request');
  });

  test('comes as a file', async () => {
    const { headers } = await exported('kept', 'format=yaml');
    expect(headers.get('content-type')).toBe('application/yaml');
    expect(headers.get('content-disposition')).toBe('attachment; filename="kept.yaml"');
  });
});

describe('a document that is a text', () => {
  const bring = (document: unknown) =>
    api.post('/workflows/import', { format: 'latchwork', document, key: 'text' });

  test('is refused with the place where it breaks', async () => {
    expectProblem(await bring('nodes:\n  - key: a\n   type: task\n'), 422, 'invalid_request', {
      line: 3,
      column: 1,
      errors: [
        {
          pointer: '/document',
          code: 'unreadable',
          message: expect.stringMatching(/^line 3, column 1: /),
        },
      ],
    });
  });

  test('or an object is never nested deeper than can be read', async () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const raw = `{"format": "latchwork", "document": {"nodes": [], "edges": [], "env": ${deep}}}`;
    expectProblem(await api.post('/workflows/import', undefined, { raw }), 422, 'invalid_request');
    expectProblem(await bring('['.repeat(50_000)), 422, 'invalid_request');
  });

  test('may be anything, and is answered', async () => {
    const key = await api.keyWith('workflows:write');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('latchwork', 'termite'),
        fc.oneof(
          fc.jsonValue(),
          fc.string(),
          fc.string({
            unit: fc.constantFrom('a', ':', ' ', '\n', '-', '&', '*', '!', '[', '{', '"'),
          }),
        ),
        async (format, document) => {
          const { status } = await api.call('POST', '/workflows/import', {
            key,
            body: { format, document },
          });
          expect(status).toBe(422);
        },
      ),
      { numRuns: 100 },
    );
  });
});

test.each([
  ['bcs', bcs, 'sum', ['sum', 'hello', 'sum_callback']],
  ['conductor', conductor, 'order-fulfilment', ['ship_via_fedex', 'ship_via_ups', 'mail', 'done']],
])('a document of %s becomes a workflow with its works', async (format, document, key, works) => {
  const { status, body } = await api.post('/workflows/import', { format, document });

  expect(status).toBe(201);
  expect(body).toMatchObject({ workflow: { key, hasDraft: true }, works });
  expect(body.notCarried.length).toBeGreaterThan(0);
  // Workflows that it runs may be missing yet; nothing else is wrong.
  const { problems } = (await api.post(`/workflows/${key}/draft/validate`, {})).body;
  const codes = problems.map(({ code }: { code: string }) => code);
  expect(codes.filter((code: string) => code !== 'unknown_workflow')).toEqual([]);
});

test('the schema of a definition is served without a key, and holds what it should', async () => {
  const { status, body } = await api.get('/schemas/definition.json', { key: null });
  expect(status).toBe(200);

  const validate = new Ajv2020({ strict: false }).compile(body);
  expect(validate(definition)).toBe(true);
  expect(validate({ ...definition, nodes: [{ key: 'a', type: 'loop' }] })).toBe(false);

  const { components } = (await api.get('/openapi.json', { key: null })).body;
  const { $schema: _dialect, title: _title, ...bare } = body;
  expect(components.schemas.Definition).toEqual(bare);
});
