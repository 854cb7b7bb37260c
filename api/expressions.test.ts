/** Trying expressions, on a made-up scope and on an instance, and with whatever people may send. */
import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
});

const evaluate = (body: unknown) => api.post('/expressions/evaluate', body);

describe('on a scope of its own', () => {
  test.each([
    ['input.n + 1', { input: { n: 4 } }, 5, 'number'],
    [
      'tasks.a.output.ok && tasks.b.status == "skipped"',
      { tasks: { a: { output: { ok: true } }, b: { status: 'skipped' } } },
      true,
      'boolean',
    ],
    [
      'response.status == 200 ? submit.body.id : attempt',
      { response: {}, submit: { body: { id: 'x' } } },
      'x',
      'string',
    ],
    ['item.url + string(index)', { item: { url: 'u' }, index: 2 }, 'u2', 'string'],
    [
      '[object.id, instance.workflow, env.region]',
      { object: { id: 'o' }, instance: { workflow: 'w' }, env: { region: 'eu' } },
      ['o', 'w', 'eu'],
      'array',
    ],
    ['input', undefined, {}, 'object'],
    ['null', undefined, null, 'null'],
  ])('%s', async (expression, scope, value, type) => {
    const answer = await evaluate({ expression, scope });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, value, type, steps: expect.any(Number) as number });
  });

  test('a template is rendered whole', async () => {
    const { body } = await evaluate({
      template: { a: ['{{ input.n }}', 'n is {{ input.n }}'], b: 1 },
      scope: { input: { n: 4 } },
    });
    expect(body).toMatchObject({ ok: true, value: { a: [4, 'n is 4'], b: 1 }, type: 'object' });
  });

  test('an error is an answer that says where', async () => {
    expect((await evaluate({ expression: 'true &&\n  inptu.n > 1' })).body).toEqual({
      ok: false,
      error: {
        message: '"inptu" is not known here (did you mean input?)',
        expression: 'true &&\n  inptu.n > 1',
        start: 10,
        end: 15,
        line: 2,
        column: 3,
      },
    });
    expect((await evaluate({ template: { a: ['x {{ input.n }}'] } })).body).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining('has(input.n)') as string,
        pointer: '/a/0',
        offset: 5,
        line: 1,
        column: 7,
      },
    });
  });
});

describe('within the limits of the engine', () => {
  test.each([
    ['"a".matches("^(a+)+$")', 'matches(…) is not allowed'],
    ['[1].map(x, [2].map(y, x + y))', 'inside another loop'],
    [`[range(1000)]${'.map(a, a + a)'.repeat(28)}`, 'takes more than 1,000,000 steps'],
    [Array.from({ length: 600 }, () => '1').join('+'), 'too long or nests too deeply'],
    ['x'.repeat(5_000), 'more than 4000 characters'],
    ['', 'is empty'],
    ['constructor', 'is not known here'],
    ['input.__proto__', 'is not in input'],
  ])('%s', async (expression, message) => {
    const { status, body } = await evaluate({ expression });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(message) as string },
    });
  });
});

describe('a request that is none', () => {
  test.each([
    [{}],
    [[]],
    [{ expression: 'input', template: 'x' }],
    [{ expression: 1 }],
    [{ expression: 'input', scope: { inptu: 1 } }],
    [{ expression: 'input', scope: { tasks: [] } }],
    [{ expression: 'input', scope: { index: 'x' } }],
    [{ expression: 'input', scope: {}, instanceId: 'x' }],
  ])('%j', async (body) => {
    expectProblem(await evaluate(body), 422, 'invalid_request');
  });

  test('an instance that is not there, and a key that may not read', async () => {
    expectProblem(await evaluate({ expression: 'input', instanceId: 'x' }), 404, 'not_found');
    const key = await api.keyWith('tasks:report');
    expectProblem(
      await api.post('/expressions/evaluate', { expression: 'input' }, { key }),
      403,
      'forbidden',
    );
  });
});

test('on an instance: its input, context and outputs as they are now', async () => {
  await api.put('/works/probe', {});
  await api.post('/workflows', {
    key: 'mosaic',
    definition: {
      schemaVersion: 1,
      env: { region: 'eu' },
      nodes: [
        { key: 'probe', type: 'task', work: 'probe' },
        { key: 'tiles', type: 'fanout', items: 'tasks.probe.output.tiles', work: 'probe' },
        { key: 'none', type: 'fanout', items: '[]', work: 'probe' },
        { key: 'join', type: 'task', work: 'probe' },
      ],
      edges: [
        { from: 'probe', to: 'tiles' },
        { from: 'tiles', to: 'join' },
      ],
    },
  });
  await api.post('/workflows/mosaic/publish', {});
  const { id } = (
    await api.post('/workflows/mosaic/instances', { objectId: 'photo', input: { n: 4 } })
  ).body as { id: string };
  const claim = () => api.post('/tasks/claim', { works: ['probe'], max: 10, worker: 'w' });
  const finish = async (output: (order: number) => unknown) => {
    const { tasks } = (await claim()).body as {
      tasks: { token: string; segment: { order: number } | null }[];
    };
    await api.post('/reports', {
      reports: tasks.map(({ token, segment }) => ({
        token,
        type: 'finish',
        output: output(segment?.order ?? 0),
        context: { seen: true },
      })),
    });
  };
  const value = async (expression: string) =>
    ((await evaluate({ expression, instanceId: id })).body as { value: unknown }).value;

  expect(await value('tasks.probe.output')).toBeNull();
  await finish(() => ({ tiles: ['a', 'b'] }));
  expect(await value('tasks.probe.output.tiles')).toEqual(['a', 'b']);
  expect(await value('[tasks.tiles.output, tasks.none.output]')).toEqual([null, []]);

  await finish((order) => order * 10);
  expect(await value('tasks.tiles.output')).toEqual([0, 10]);
  expect(await value('[tasks.probe.status, tasks.join.status]')).toEqual(['succeeded', 'open']);
  expect(
    await value('[object.id, instance.id, instance.workflow, env.region, input.n, context.seen]'),
  ).toEqual(['photo', id, 'mosaic', 'eu', 4, true]);
  expect((await evaluate({ expression: 'tasks.gone.output', instanceId: id })).body).toMatchObject({
    ok: false,
  });
});

test('functions and names are listed, each with its example', async () => {
  const { status, body } = await api.get('/expressions/functions');
  expect(status).toBe(200);
  expect(body.functions).toContainEqual({
    name: 'sum',
    signatures: ['sum(list): dyn'],
    description: 'the sum of a list of numbers; 0 for an empty one',
    example: { expression: 'sum([1, 2, 3.5])', value: 6.5 },
  });
  expect(body.names).toContainEqual({
    name: 'response',
    description: 'in an http node: the last answer, with the same members',
    members: ['status', 'headers', 'body'],
  });
});

test('publishing knows what works answer, by their schemas', async () => {
  await api.put('/works/measure', {
    outputSchema: {
      type: 'object',
      properties: { width: { type: 'integer' } },
      additionalProperties: false,
    },
  });
  await api.post('/workflows', {
    key: 'typed',
    definition: {
      schemaVersion: 1,
      nodes: [
        { key: 'size', type: 'task', work: 'measure' },
        {
          key: 'use',
          type: 'task',
          work: 'measure',
          input: { w: '{{ tasks.size.output.widht }}' },
        },
      ],
      edges: [{ from: 'size', to: 'use' }],
    },
  });
  const refused = await api.post('/workflows/typed/publish', {});

  expectProblem(refused, 422, 'invalid_definition');
  expect(refused.body.problems).toEqual([
    {
      code: 'unknown_member',
      severity: 'error',
      message:
        'In the expression tasks.size.output.widht: "widht" is not in tasks.size.output (did you mean width?).',
      pointer: '/nodes/1/input/w',
      node: 'use',
      params: {
        expression: 'tasks.size.output.widht',
        message: '"widht" is not in tasks.size.output (did you mean width?)',
        start: 0,
        end: 23,
        offset: 3,
      },
    },
  ]);
});
