import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApi } from '#test/api.ts';
import type { JsonSchema } from './json_schema.ts';
import { SHOWN, type Placeholders } from './placeholders.ts';

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters: readonly { name: string; in: string; example?: string }[];
  readonly requestBody?: {
    content: { 'application/json': { schema: JsonSchema; example?: unknown } };
  };
  readonly responses: Readonly<
    Record<string, { content?: Record<string, { schema: JsonSchema }> }>
  >;
};

let api: Awaited<ReturnType<typeof testApi>>;
let document: {
  paths: Record<string, Record<string, Operation>>;
  components: object;
  tags: { name: string }[];
};

beforeAll(async () => {
  api = await testApi();
  document = (await api.get('/openapi.json', { key: null })).body;
});

function operations(): (Operation & { path: string; method: string })[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
}

const NEEDS_NO_KEY = ['reportTask', 'getDefinitionSchema', 'receiveHook'];

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  test('refers only to what is in it', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];

    for (const [, name = ''] of names) {
      expect(document.components).toHaveProperty(['schemas', name]);
    }
    expect(names.length).toBeGreaterThan(50);
  });

  test('says of every route what it is called, who may call it, and what may go wrong', () => {
    const ids = operations().map(({ operationId }) => operationId);
    const tags = document.tags.map(({ name }) => name);

    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations()) {
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(tags).toContain(operation.tags[0]);
      expect(operation.responses).toHaveProperty('500');
      if (!NEEDS_NO_KEY.includes(operation.operationId)) {
        expect(operation.security).toHaveLength(2);
        expect(operation.responses).toHaveProperty('401');
        expect(operation.responses).toHaveProperty('403');
      }
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) {
          expect(content['application/problem+json']?.schema).toEqual({
            $ref: '#/components/schemas/Problem',
          });
        }
      }
    }
  });

  test('holds examples that work, against answers that fit their schemas', async () => {
    const fill = filler(await world());

    for (const operation of operations().filter(hasExample)) {
      const { operationId, method, parameters, requestBody, responses } = operation;
      const examples = new Map(parameters.map(({ name, example }) => [name, fill(example)]));
      const path = operation.path.replace(/\{(\w+)\}/g, (_place, name) =>
        String(examples.get(name)),
      );
      const query = parameters
        .filter((parameter) => parameter.in === 'query' && parameter.example !== undefined)
        .map(({ name }) => `${name}=${encodeURIComponent(String(examples.get(name)))}`);
      const body = fill(requestBody?.content['application/json'].example);
      const { status, body: answer } = await api.call(
        method.toUpperCase(),
        `${path}?${query.join('&')}`,
        { body },
      );
      const schema = responses[status]?.content?.['application/json']?.schema;

      expect({ operationId, answer, schema }).toEqual({
        operationId,
        answer,
        schema: expect.any(Object),
      });
      expect({ operationId, errors: schema && wrongWith(answer, schema) }).toEqual({
        operationId,
        errors: [],
      });
    }
  });
});

function wrongWith(answer: unknown, schema: JsonSchema): readonly object[] {
  const ajv = new Ajv2020({ strict: false });
  formats(ajv);
  const validate = ajv.compile({ ...schema, components: document.components });

  return validate(answer) ? [] : (validate.errors ?? []);
}

function hasExample({ parameters, requestBody, responses }: Operation): boolean {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const body = requestBody?.content['application/json'];

  return (
    inPath.every(({ example }) => example !== undefined) &&
    (body === undefined || body.example !== undefined) &&
    responses['200']?.content?.['text/event-stream'] === undefined
  );
}

/** Where the examples show an id or a token, what this installation has instead. */
function filler(values: Placeholders): (example: unknown) => unknown {
  return (example) =>
    example === undefined
      ? undefined
      : JSON.parse(
          JSON.stringify(example)
            .replaceAll(SHOWN.instance, values.instance)
            .replaceAll(SHOWN.token, values.token),
        );
}

/** The sample workflow with one instance under way, as the examples speak of it. */
async function world(): Promise<Placeholders> {
  for (const work of ['image.probe', 'image.tile']) {
    await api.put(`/works/${work}`, {});
  }
  await api.post('/workflows', {
    key: 'image-mosaic',
    definition: {
      schemaVersion: 1,
      nodes: [
        { key: 'probe', type: 'task', work: 'image.probe' },
        { key: 'tiles', type: 'fanout', work: 'image.tile', items: '[1, 2, 3]' },
      ],
      edges: [{ from: 'probe', to: 'tiles' }],
    },
  });
  await api.post('/workflows/image-mosaic/publish');
  const instance = (await api.post('/workflows/image-mosaic/instances', { objectId: 'o' })).body.id;
  const claimed = await api.post('/tasks/claim', { works: ['image.probe'], max: 1, worker: 'w' });

  return { instance, token: claimed.body.tasks[0].token };
}
