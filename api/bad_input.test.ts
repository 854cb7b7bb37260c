/** Every refusal that a caller can bring about, each with its code and a sentence that names the thing. */
import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi({ limits: { single: 1_000, batch: 3_000 } });
  await api.put('/works/resize', {});
  await api.post('/workflows', {
    key: 'thumbnails',
    definition: {
      schemaVersion: 1,
      input: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
      nodes: [{ key: 'resize', type: 'task', work: 'resize', input: '{{ input.url }}' }],
      edges: [],
    },
  });
  await api.post('/workflows/thumbnails/publish');
});

describe('a body', () => {
  test.each([
    ['{"key": x}', 'line 1, column 9', 8],
    ['{"key": "a",\n "name": }', 'line 2, column 10', 22],
    ['{"key": "a"', 'ends too early', 11],
    ['', 'is missing', undefined],
    ["{'key': 1}", 'column 2', 1],
    ['[1, 2,]', 'column 7', 6],
    ['{"a": 1} x', 'column 10', 9],
    ['{"a": "line\nbreak"}', 'line 1, column 12', 11],
    ['nonsense', 'column 1', 0],
  ])(
    'that is not JSON is refused with the place where it stops being it: %j',
    async (raw, place, offset) => {
      const answer = await api.call('POST', '/workflows', { raw });

      if (offset === undefined) {
        expectProblem(answer, 422, 'invalid_request');
      } else {
        expectProblem(answer, 400, 'malformed_json', { position: { offset } });
        expect(answer.body.detail).toContain(place);
      }
    },
  );

  test.each([
    ['POST', '/workflows'],
    ['POST', '/workflows/import'],
    ['PUT', '/workflows/thumbnails/draft'],
    ['POST', '/workflows/thumbnails/draft/validate'],
    ['POST', '/workflows/thumbnails/draft/simulate'],
  ])(
    'in which a definition says a member twice is refused with its place: %s %s',
    async (method, path) => {
      const raw = '{"definition": {"nodes": [\n  {"key": "a", "work": "one", "key": "b"}]}}';
      const answer = await api.call(method, path, { raw });

      expectProblem(answer, 400, 'malformed_json', {
        position: { offset: 57, line: 2, column: 31 },
      });
      expect(answer.body.detail).toBe(
        'The body is not clear: an object has the member "key" a second time at line 2, column 31.',
      );
    },
  );

  test('with a number that no double holds is refused with its place, not taken for null', async () => {
    const raw = '{"note": ", 1e400", "context": {"kept": 1e308, "lost":\n [-1e400]}}';
    const answer = await api.call('POST', '/reports', { raw });

    expectProblem(answer, 400, 'malformed_json', { position: { offset: 58, line: 2, column: 4 } });
    expect(answer.body.detail).toBe(
      'The body has a number that is too large, 1e400, at line 2, column 4.',
    );
  });

  test('in another encoding is refused, not put right in silence', async () => {
    // "视频", as GBK has it.
    const gbk = Buffer.concat([
      Buffer.from('{"key": "a", "name": "'),
      Buffer.from([0xca, 0xd3, 0xc6, 0xb5]),
      Buffer.from('"}'),
    ]);
    const raw = new Uint8Array(gbk);
    const headers = { 'content-length': String(raw.byteLength) };

    for (const answer of [
      await api.call('POST', '/workflows', { raw, headers }),
      await api.call('POST', '/workflows', { raw: new Blob([raw]).stream() }),
    ]) {
      expectProblem(answer, 400, 'malformed_json');
      expect(answer.body.detail).toContain('UTF-8');
    }
  });

  test('with unknown fields is refused, naming each', async () => {
    const answer = await api.post('/workflows', { key: 'a', colour: 'red', 'a/b~c': 1 });

    expectProblem(answer, 422, 'invalid_request', {
      errors: [
        { pointer: '/colour', code: 'unrecognized_keys', message: 'is not known here' },
        { pointer: '/a~1b~0c', code: 'unrecognized_keys', message: 'is not known here' },
      ],
    });
  });

  test('with wrong types is refused, with all that is wrong at once', async () => {
    const answer = await api.post('/workflows', {
      key: 'no spaces allowed',
      enabled: 'yes',
      maxRunning: 1.5,
      order: 'random',
      labels: { team: 7 },
    });

    expectProblem(answer, 422, 'invalid_request');
    expect(answer.body.errors).toEqual([
      {
        pointer: '/key',
        code: 'invalid_format',
        message: expect.stringContaining('must start with a letter or digit') as string,
        facts: { format: 'regex' },
      },
      {
        pointer: '/enabled',
        code: 'invalid_type',
        message: 'must be true or false',
        facts: { expected: 'boolean', given: true },
      },
      {
        pointer: '/maxRunning',
        code: 'invalid_type',
        message: 'must be a whole number',
        facts: { expected: 'int', given: true },
      },
      {
        pointer: '/order',
        code: 'invalid_value',
        message: 'must be one of "fifo", "lifo"',
        facts: { values: ['fifo', 'lifo'] },
      },
      {
        pointer: '/labels/team',
        code: 'invalid_type',
        message: 'must be a string',
        facts: { expected: 'string', given: true },
      },
    ]);
    expect(answer.body.detail).toBe(
      'The body is not valid: /key must start with a letter or digit and hold only letters, digits, _ - (100 at most) (and 4 more).',
    );
  });

  test('over the limit is refused by its declared length, before it is read', async () => {
    const answer = await api.post('/workflows', { key: 'a', description: 'x'.repeat(2_000) });

    expectProblem(answer, 413, 'body_too_large', { limitBytes: 1_000 });
  });

  test('over the limit is refused while it is read, if it does not say how long it is', async () => {
    let chunks = 0;
    const raw = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new TextEncoder().encode('[1,'.repeat(100)));
      },
    });
    const answer = await api.call('POST', '/workflows', { raw });

    expectProblem(answer, 413, 'body_too_large');
    expect(chunks).toBeLessThan(10);
  });

  test('of a batch may be larger, up to a limit of its own', async () => {
    const instances = (count: number) => ({
      instances: Array.from({ length: count }, () => ({ objectId: 'o', input: { url: 'x' } })),
    });

    expect((await api.post('/workflows/thumbnails/instances/batch', instances(40))).status).toBe(
      200,
    );
    expectProblem(
      await api.post('/workflows/thumbnails/instances/batch', instances(100)),
      413,
      'body_too_large',
      { limitBytes: 3_000 },
    );
  });

  test('of another media type is refused', async () => {
    const answer = await api.call('POST', '/workflows', {
      raw: 'key=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

    expectProblem(answer, 415, 'unsupported_media_type');
  });

  test('nested deeper than anybody can follow is refused, not a crash', async () => {
    const roomy = await testApi({ url: api.url });
    const raw = `{"objectId":"o","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

    expectProblem(
      await roomy.call('POST', '/workflows/thumbnails/instances', { raw }),
      422,
      'invalid_request',
    );
  });
});

describe('a query', () => {
  test('with unknown or wrong parameters is refused', async () => {
    const answer = await api.get('/instances?state=running&limit=500&status=running,dancing');

    expectProblem(answer, 422, 'invalid_request');
    expect(answer.body.errors).toMatchObject([
      { pointer: '?status/1', code: 'invalid_value' },
      { pointer: '?limit', message: 'must be at most 200' },
      { pointer: '?state', message: 'is not known here' },
    ]);
  });

  test('with a cursor of our own making only', async () => {
    expectProblem(await api.get('/workflows?cursor=abc'), 422, 'invalid_request', {
      errors: [{ pointer: '?cursor', code: 'custom', message: 'is not a cursor of this list' }],
    });
  });

  test('of a route that takes none is refused', async () => {
    expectProblem(await api.get('/workflows/thumbnails?full=1'), 422, 'invalid_request');
  });
});

describe('a definition', () => {
  const draft = (nodes: object[], edges: object[] = []) => ({
    definition: { schemaVersion: 1, nodes, edges },
  });
  const task = (key: string, work = 'resize') => ({ key, type: 'task', work });

  test('with a cycle cannot be published; the path is named', async () => {
    await api.post('/workflows', {
      key: 'circular',
      ...draft(
        [task('a'), task('b'), task('c')],
        [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'c' },
          { from: 'c', to: 'a' },
        ],
      ),
    });
    const answer = await api.post('/workflows/circular/publish');

    expectProblem(answer, 422, 'invalid_definition');
    expect(answer.body.problems).toMatchObject([
      { code: 'cycle', severity: 'error', message: expect.stringMatching(/a.*b.*c/) as string },
    ]);
  });

  test('that names an unknown work cannot be published; the work is named', async () => {
    await api.post('/workflows', { key: 'lost', ...draft([task('a', 'nowhere')]) });
    const answer = await api.post('/workflows/lost/publish');

    expectProblem(answer, 422, 'invalid_definition');
    expect(answer.body.detail).toContain('nowhere');
    expect(answer.body.problems).toMatchObject([{ code: 'unknown_work', node: 'a' }]);
  });

  test('whose input schema is none cannot be published', async () => {
    await api.post('/workflows', {
      key: 'schemaless',
      definition: { ...draft([task('a')]).definition, input: { type: 'nonsense' } },
    });

    expectProblem(await api.post('/workflows/schemaless/publish'), 422, 'invalid_definition', {
      problems: [
        {
          code: 'schema',
          severity: 'error',
          pointer: '/input',
          message: expect.any(String) as string,
        },
      ],
    });
  });
});

describe('an instance', () => {
  const start = '/workflows/thumbnails/instances';

  test('whose input does not fit the schema is refused, naming the field', async () => {
    expectProblem(
      await api.post(start, { objectId: 'o', input: { url: 7 } }),
      422,
      'invalid_request',
      {
        errors: [{ pointer: '/input/url', code: 'type', message: 'must be string' }],
      },
    );
  });

  test('of an unknown workflow, or one without a published version, is refused', async () => {
    expectProblem(
      await api.post('/workflows/nowhere/instances', { objectId: 'o' }),
      404,
      'not_found',
    );
    expectProblem(
      await api.post('/workflows/lost/instances', { objectId: 'o' }),
      409,
      'no_published_version',
    );
  });

  test('in a batch is answered by itself: one bad item never loses the others', async () => {
    const { status, body } = await api.post(`${start}/batch`, {
      instances: [
        { objectId: 'good', input: { url: 'x' } },
        { objectId: 'bad', input: {} },
        { objectId: '', inputs: 1 },
        'nonsense',
        { objectId: 'also good', input: { url: 'y' } },
      ],
    });

    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { ok: true },
      { ok: false, code: 'invalid_request', errors: [{ pointer: '/input/url' }] },
      {
        ok: false,
        code: 'invalid_request',
        errors: [{ pointer: '/objectId' }, { pointer: '/inputs' }],
      },
      { ok: false, code: 'invalid_request' },
      { ok: true },
    ]);
  });

  test('with an idempotency key is made once; with another body the key is refused', async () => {
    const first = { objectId: 'once', input: { url: 'x' } };
    const headers = { 'idempotency-key': '"run-1"' };
    const made = await api.post(start, first, { headers });
    const again = await api.post(start, first, { headers: { 'idempotency-key': 'run-1' } });

    expect(made.status).toBe(201);
    expect(made.headers.get('idempotency-replayed')).toBeNull();
    expect(again.body).toEqual(made.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectProblem(
      await api.post(start, { ...first, objectId: 'another' }, { headers }),
      422,
      'idempotency_mismatch',
    );
  });

  test('with an empty idempotency key is refused: it would not be made once', async () => {
    const body = { objectId: 'o', input: { url: 'x' } };

    for (const key of ['', '""']) {
      const answer = await api.post(start, body, { headers: { 'idempotency-key': key } });
      expectProblem(answer, 422, 'invalid_request');
    }
  });

  test('of a batch with an idempotency key counts its bad items too', async () => {
    const batch = (...bad: unknown[]) =>
      api.post(
        `${start}/batch`,
        { instances: [{ objectId: 'good', input: { url: 'x' } }, ...bad] },
        { headers: { 'idempotency-key': 'batch-1' } },
      );
    const made = await batch({ objectId: 7 });

    expect((await batch({ objectId: 7 })).body).toEqual(made.body);
    expectProblem(await batch({ objectId: 8 }), 422, 'idempotency_mismatch');
  });

  test('of an unknown workflow stays refused, also with an idempotency key', async () => {
    const headers = { 'idempotency-key': 'lost-1' };

    for (const _time of ['first', 'second']) {
      expectProblem(
        await api.post('/workflows/nowhere/instances', { objectId: 'o' }, { headers }),
        404,
        'not_found',
      );
    }
  });

  test('of a version that no integer can count is refused, and loses no other of its batch', async () => {
    const version = 2 ** 31;
    const one = { objectId: 'o', input: { url: 'x' }, version };
    const made = await api.post(start, { objectId: 'o', input: { url: 'x' } });
    const its = `/instances/${made.body.id}`;
    const answers = [
      await api.post(start, one),
      await api.post(`${its}/rerun`, { version }),
      await api.post(`${its}/change-version`, { version }),
      await api.get(`${its}/version-change?version=${version}`),
      await api.get(`/instances?workflow=thumbnails&version=${version}`),
      await api.get(`/instances/counts?workflow=thumbnails&version=${version}`),
      await api.post('/bulk', { action: 'cancel', filter: { workflow: 'thumbnails', version } }),
      await api.post('/bulk', { action: 'change-version', params: { version }, filter: {} }),
      await api.get(
        `/workflows/thumbnails/versions?cursor=${Buffer.from(`[${version}]`).toString('base64url')}`,
      ),
    ];
    const batch = await api.post(`${start}/batch`, {
      instances: [one, { objectId: 'o', input: { url: 'x' } }],
    });

    for (const answer of answers) {
      expectProblem(answer, 422, 'invalid_request');
    }
    expect(batch.body.results).toMatchObject([{ ok: false }, { ok: true }]);
  });

  test('is not looked for in a year that Postgres does not have', async () => {
    const answer = await api.get('/instances?from=0000-01-01T00:00:00Z');

    expectProblem(answer, 422, 'invalid_request', { errors: [{ pointer: '?from' }] });
    expect((await api.get('/instances?from=1815-12-10T00:00:00Z&limit=1')).body.data).toHaveLength(
      1,
    );
    expect((await api.get('/instances?to=1815-12-10T00:00:00Z')).body.data).toEqual([]);
  });

  test('that begins at no time there is says how a time is written', async () => {
    const answer = await api.post(start, { objectId: 'o', input: { url: 'x' }, runAt: 'soon' });

    expectProblem(answer, 422, 'invalid_request', {
      errors: [
        {
          pointer: '/runAt',
          code: 'invalid_format',
          message: 'must be a time such as 2026-11-21T08:00:00Z',
        },
      ],
    });
  });

  test('that is not there is not found, whatever its id looks like', async () => {
    for (const id of [
      'nonsense',
      '019aa5c2-7f3e-7000-b1d6-5e0c8f2a4b19',
      '%00',
      "'; drop table instance",
    ]) {
      expectProblem(await api.get(`/instances/${encodeURIComponent(id)}`), 404, 'not_found');
      expectProblem(
        await api.post(`/instances/${encodeURIComponent(id)}/cancel`),
        404,
        'not_found',
      );
      expectProblem(await api.get(`/tasks/${encodeURIComponent(id)}_resize`), 404, 'not_found');
    }
  });

  test('in the wrong state refuses the move and names the state', async () => {
    const made = await api.post(start, { objectId: 'o', input: { url: 'x' } });
    const answer = await api.post(`/instances/${made.body.id}/retry`);

    expectProblem(answer, 409, 'conflict');
    expect(answer.body.detail).toContain('is running');
  });
});

describe('a report', () => {
  const claim = { works: ['resize'], max: 1, worker: 'test' };

  test('on an attempt that is no longer live is stale; a token that is none names nothing', async () => {
    await api.post('/workflows/thumbnails/instances', { objectId: 'o', input: { url: 'x' } });
    const claimed = await api.post('/tasks/claim', claim);
    const [{ token, reportUrl }] = claimed.body.tasks as [{ token: string; reportUrl: string }];
    const path = new URL(reportUrl).pathname;
    const report = (body: object, where = path) => api.post(where, body, { key: null });

    expect(await report({ type: 'finish', output: 1 })).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect((await report({ type: 'finish', output: 1 })).status).toBe(200);
    expectProblem(await report({ type: 'fail', message: 'too late' }), 409, 'stale_attempt');
    expectProblem(await report({ type: 'finish' }, '/reports/nonsense'), 404, 'not_found');
    expectProblem(await report({ type: 'dance' }), 422, 'invalid_request', {
      errors: [
        {
          pointer: '/type',
          code: 'invalid_union',
          message: expect.stringContaining('must be one of "start", "heartbeat"') as string,
        },
      ],
    });
    expectProblem(await report({ type: 'finish', token, colour: 'red' }), 422, 'invalid_request');
  });

  test('in a batch is answered by itself', async () => {
    const { status, body } = await api.post('/reports', {
      reports: [{ token: 'nonsense', type: 'finish' }, { type: 'finish' }, 7],
    });

    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { ok: false, code: 'invalid_request' },
      {
        ok: false,
        code: 'invalid_request',
        errors: [{ pointer: '/token', message: 'is missing' }],
      },
      { ok: false, code: 'invalid_request' },
    ]);
  });
});

describe('a path', () => {
  test('that leads nowhere is a problem too', async () => {
    expectProblem(await api.get('/nowhere'), 404, 'not_found');
  });

  test('called with another method says which it takes', async () => {
    const answer = await api.delete('/workflows');

    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });
});

test('a text that Postgres cannot hold is refused, wherever it stands', async () => {
  const answer = await api.post('/workflows/x%00/instances', { objectId: 'o' });

  expectProblem(answer, 422, 'invalid_request');
});

test('what nobody expected is answered with an id that the log knows, and nothing else', async () => {
  const broken = await testApi({ url: api.url });
  await broken.db.sql`drop table idempotency`;
  const answer = await broken.post(
    '/workflows/thumbnails/instances',
    { objectId: 'o', input: { url: 'x' } },
    { headers: { 'idempotency-key': 'k', 'x-request-id': 'mine-1' } },
  );

  expectProblem(answer, 500, 'internal', { instance: 'mine-1' });
  expect(JSON.stringify(answer.body)).not.toContain('idempotency');
  expect(broken.logged).toMatchObject([{ requestId: 'mine-1' }]);
});
