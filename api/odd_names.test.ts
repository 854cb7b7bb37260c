/**
 * Names that mean something to every JavaScript object (`toString`, `constructor`, `__proto__`) as names of people's own things, all the
 * way through: each works like any other name, or is refused in a sentence that has it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
  for (const work of ['constructor', 'hasOwnProperty', 'toString']) {
    await api.put(`/works/${work}`, {});
  }
  await send('POST', '/workflows', {
    key: 'constructor',
    labels: { constructor: 'a', toString: 'b' },
    definition: drawn([]),
  });
  expect((await api.post('/workflows/constructor/publish', {})).status).toBe(201);
});

afterAll(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(api.logged).toEqual([]);
});

/** As JSON, in which PROTO stands for `__proto__`: an object literal would not have it as a member. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('PROTO', '__proto__');
}

function send(method: string, path: string, body: unknown, headers = {}) {
  return api.call(method, path, { raw: json(body), headers });
}

function drawn(more: readonly object[]) {
  return {
    schemaVersion: 1,
    input: {
      type: 'object',
      required: ['toString'],
      properties: { toString: { type: 'string' }, valueOf: { type: 'number' } },
    },
    env: { hasOwnProperty: 'of env', PROTO: 3 },
    output: {
      constructor: '{{ tasks.valueOf.output }}',
      PROTO: '{{ tasks.toString.output["PROTO"] }}',
      toString: '{{ context.toString }}',
    },
    nodes: [
      {
        key: 'toString',
        type: 'task',
        work: 'constructor',
        input: {
          toString: '{{ input.toString }}',
          constructor: '{{ env.hasOwnProperty }}',
          PROTO: { x: '{{ env["PROTO"] }}' },
        },
      },
      {
        key: 'hasOwnProperty',
        type: 'route',
        mode: 'all',
        cases: [
          { key: 'constructor', when: 'tasks.toString.output.valueOf == "yes"' },
          { key: 'PROTO', when: 'has(tasks.toString.output.list)' },
        ],
      },
      {
        key: 'valueOf',
        type: 'fanout',
        work: 'hasOwnProperty',
        items: 'tasks.toString.output.list',
        input: { item: '{{ item }}', valueOf: '{{ index }}' },
      },
      { key: 'isPrototypeOf', type: 'signal', signal: 'constructor', approval: true },
      { key: 'propertyIsEnumerable', type: 'end' },
      {
        key: '__defineGetter__',
        type: 'task',
        work: 'toString',
        input: '{{ {"constructor": 1, "PROTO": context["PROTO"]} }}',
      },
      ...more,
    ],
    edges: [
      { from: 'toString', to: 'hasOwnProperty' },
      { from: 'hasOwnProperty', to: 'valueOf', branch: 'constructor' },
      { from: 'hasOwnProperty', to: 'isPrototypeOf', branch: 'PROTO' },
      { from: 'hasOwnProperty', to: 'propertyIsEnumerable', branch: 'default' },
      { from: 'valueOf', to: '__defineGetter__' },
      { from: 'isPrototypeOf', to: '__defineGetter__' },
      ...more.map((node) => ({ from: '__defineGetter__', to: 'key' in node ? node.key : '' })),
    ],
    layout: { toString: { x: 1, y: 2 } },
  };
}

const items: readonly object[] = [{ valueOf: 1 }, { PROTO: 2 }];
const made = { valueOf: 'yes', list: items, PROTO: 'p' };

/** Claims what is ready of a work and finishes it; answers what each was given, as JSON. */
async function finish(work: string, report: object): Promise<string[]> {
  const { body } = await api.post('/tasks/claim', { works: [work], max: 100, worker: 'w' });
  await send('POST', '/reports', {
    reports: body.tasks.map(({ token }: { token: string }) => ({
      token,
      type: 'finish',
      ...report,
    })),
  });
  return body.tasks.map(({ input }: { input: unknown }) => JSON.stringify(input));
}

const text = async (path: string) => {
  const { body } = await api.get(path);
  return JSON.stringify(body);
};

test('an instance runs from end to end, also into another version', async () => {
  const created = await send('POST', '/workflows/constructor/instances', {
    objectId: 'o',
    labels: { constructor: '1', valueOf: '2' },
    input: { toString: 'in', constructor: 'of input', PROTO: { polluted: true } },
  });
  const id: string = created.body.id;
  expect(created.body).toMatchObject({ labels: { constructor: '1', valueOf: '2' } });

  expect(
    await finish('constructor', {
      output: made,
      context: { PROTO: { polluted: true, gone: 1 }, toString: 'patched' },
    }),
  ).toEqual([json({ toString: 'in', PROTO: { x: 3 }, constructor: 'of env' })]);
  expect(
    await finish('hasOwnProperty', { output: { PROTO: 1 }, context: { PROTO: { gone: null } } }),
  ).toEqual([json({ item: { valueOf: 1 }, valueOf: 0 }), json({ item: { PROTO: 2 }, valueOf: 1 })]);
  expect(await text(`/instances/${id}`)).toContain(
    json({ context: { toString: 'patched', PROTO: { polluted: true } } }).slice(1, -1),
  );
  expect((await api.get('/signals/waiting')).body.data).toMatchObject([{ signal: 'constructor' }]);
  expect(
    (await api.post(`/instances/${id}/signals/constructor`, { payload: { approved: true } }))
      .status,
  ).toBe(200);

  const draft = { key: '__lookupGetter__', type: 'task', work: 'toString' };
  await send(
    'PUT',
    '/workflows/constructor/draft',
    { definition: drawn([draft]) },
    { 'if-match': '"v1"' },
  );
  await api.post('/workflows/constructor/publish', {});
  expect((await api.get(`/instances/${id}/version-change?version=2`)).body).toMatchObject({
    added: ['__lookupGetter__'],
  });
  await api.post(`/instances/${id}/change-version`, { version: 2 });

  expect(await finish('toString', {})).toEqual([
    json({ PROTO: { polluted: true }, constructor: 1 }),
  ]);
  expect(await finish('toString', {})).toHaveLength(1);
  const ended = await text(`/instances/${id}`);
  expect(ended).toContain('"status":"succeeded"');
  expect(ended).toContain(
    json({
      output: { toString: 'patched', PROTO: 'p', constructor: [{ PROTO: 1 }, { PROTO: 1 }] },
    }).slice(1, -1),
  );
  expect(await text(`/tasks/${id}___defineGetter__`)).toContain('"key":"__defineGetter__"');
});

test('a draft is simulated', async () => {
  const { body } = await send('POST', '/workflows/constructor/draft/simulate', {
    input: { toString: 'in' },
    context: { PROTO: 1, toString: 2 },
    outcomes: { toString: { output: made } },
    works: { constructor: { maxConcurrent: 1 } },
  });

  expect(body).toMatchObject({ status: 'succeeded', error: null });
  expect(JSON.stringify(body.output)).toBe(
    json({ constructor: [null, null], PROTO: 'p', toString: 2 }),
  );
});

test.each(['json', 'yaml'])('an export as %s comes back byte for byte', async (format) => {
  const exported = async (key: string) => {
    const response = await api.app.request(`/api/v1/workflows/${key}/export?format=${format}`, {
      headers: { authorization: `Bearer ${api.admin}` },
    });
    return response.text();
  };
  const document = await exported('constructor');
  const { status } = await api.post('/workflows/import', {
    format: 'latchwork',
    document,
    key: `toString-${format}`,
    publish: true,
  });

  expect(status).toBe(201);
  const named = (text: string) => text.replace(/^( *"?key"?: "?)[^\s",]+/m, '$1');
  expect(named(await exported(`toString-${format}`))).toBe(named(document));
  expect(document).toContain('__proto__');
});

test('nothing is there that nobody made', async () => {
  for (const path of ['/workflows/valueOf', '/works/valueOf', '/works/__proto__']) {
    expectProblem(await api.get(path), 404, 'not_found');
  }
});

describe('what cannot be named so is refused by name', () => {
  const definition = (more: object) => ({
    schemaVersion: 1,
    nodes: [{ key: 'a', type: 'start' }] as readonly object[],
    edges: [],
    ...more,
  });
  const node = (more: object) => ({ key: 'a', type: 'start', ...more });
  const http = { key: 'a', type: 'http', submit: { url: 'http://a.org', headers: { PROTO: 'x' } } };

  test.each([
    ['/workflows', { key: 'k', labels: { PROTO: 'x' } }, '/labels/__proto__'],
    ['/workflows', { key: 'k', PROTO: 1 }, '/__proto__'],
    ['/workflows', { key: 'k', definition: definition({ PROTO: 1 }) }, '/definition/__proto__'],
    [
      '/workflows',
      { key: 'k', definition: definition({ nodes: [node({ PROTO: 1 })] }) },
      '/definition/nodes/0/__proto__',
    ],
    [
      '/workflows/import',
      { format: 'latchwork', key: 'k', document: definition({ nodes: [node({ PROTO: 1 })] }) },
      '/document/nodes/0/__proto__',
    ],
    [
      '/workflows/constructor/instances',
      { objectId: 'o', input: { toString: '' }, labels: { PROTO: '' } },
      '/labels/__proto__',
    ],
    [
      '/workflows/constructor/draft/simulate',
      { outcomes: { PROTO: { outcome: 'failed' } } },
      '/outcomes/__proto__',
    ],
    [
      '/expressions/evaluate',
      { expression: '1', scope: { tasks: { PROTO: {} } } },
      '/scope/tasks/__proto__',
    ],
    ['/works', { key: 'k', outputSchema: { properties: { PROTO: {} } } }, '/outputSchema'],
  ])('%s %j', async (path, body, pointer) => {
    const [method, to] = path === '/works' ? ['PUT', '/works/k'] : ['POST', path];
    const { key: _, ...rest } = { key: '', ...body };
    const answer = await send(method, to, path === '/works' ? rest : body);

    expectProblem(answer, 422, 'invalid_request');
    expect(answer.body.errors).toMatchObject([{ pointer }]);
    expect(JSON.stringify(answer.body.errors)).toContain('__proto__');
  });

  test.each([
    [{ nodes: [node({ key: 'constructor' })] }, 'tasks.constructor'],
    [{ nodes: [node({ key: 'PROTO' })] }, 'tasks.__proto__'],
    [{ nodes: [http] }, 'submit.headers.__proto__'],
    [{ layout: { PROTO: { x: 1, y: 1 } } }, 'layout.__proto__'],
    [{ env: { constructor: 1 } }, 'env.constructor'],
    [{ input: { properties: { PROTO: {} } } }, '"__proto__"'],
  ])('when it is to be published: %j', async (more, name) => {
    const answer = await send('POST', '/workflows/import', {
      format: 'latchwork',
      key: 'refused',
      document: definition(more),
      publish: true,
    });

    expectProblem(answer, 422, 'invalid_definition');
    expect(JSON.stringify(answer.body.problems)).toContain(JSON.stringify(name).slice(1, -1));
  });
});
