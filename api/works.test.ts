import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
});

async function publishWith(key: string, work: string): Promise<void> {
  await api.post('/workflows', {
    key,
    definition: { schemaVersion: 1, nodes: [{ key: 'a', type: 'task', work }], edges: [] },
  });
  await api.post(`/workflows/${key}/publish`);
}

describe('a work', () => {
  test('is made by a PUT, and replaced whole by the next', async () => {
    const made = await api.put('/works/resize', {
      name: 'Resize',
      timeouts: { runSeconds: 60, dispatchSeconds: 5, dispatchMode: 'absolute' },
      retry: { limit: 3, backoff: 'fixed' },
      maxConcurrent: 4,
      rate: { limit: 10, perSeconds: 1 },
      inputSchema: { type: 'object' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      key: 'resize',
      name: 'Resize',
      description: '',
      delivery: 'pull',
      url: null,
      requestSeconds: 15,
      requestConcurrency: 64,
      startReport: false,
      timeouts: { runSeconds: 60, dispatchSeconds: 5, dispatchMode: 'absolute' },
      retry: { limit: 3, backoff: 'fixed' },
      maxConcurrent: 4,
      rate: { limit: 10, perSeconds: 1 },
      inputSchema: { type: 'object' },
      outputSchema: null,
      ready: 0,
      running: 0,
      lastClaimAt: null,
      outOfReach: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });

    const replaced = await api.put('/works/resize', {});
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({ name: 'resize', timeouts: {}, retry: null, rate: null });
    expect((await api.get('/works/resize')).body).toEqual(replaced.body);
    expect((await api.get('/works')).body.data).toContainEqual(replaced.body);
  });

  test('that makes no sense is refused, naming the field', async () => {
    const put = (body: object) => api.put('/works/wrong', body);
    const cases: [object, string, string][] = [
      [{ delivery: 'push' }, '/url', 'a pushed work needs a URL'],
      [{ url: 'ftp://example.org' }, '/url', 'must be an http or https URL'],
      [
        { url: `https://example.org/${'a'.repeat(2_000)}` },
        '/url',
        'must be at most 2000 characters long',
      ],
      [{ secret: 'whsec_short' }, '/secret', 'must be whsec_'],
      [{ inputSchema: { type: 'nonsense' } }, '/inputSchema', 'is not a JSON Schema'],
      [{ rate: { limit: 0, perSeconds: 1 } }, '/rate/limit', 'must be at least 1'],
    ];

    for (const [body, pointer, message] of cases) {
      const answer = await put(body);
      expectProblem(answer, 422, 'invalid_request');
      expect(answer.body.errors).toMatchObject([
        { pointer, message: expect.stringContaining(message) },
      ]);
    }
    expectProblem(await api.put('/works/no%20spaces', {}), 422, 'invalid_request');
  });

  test('that is pushed has a secret, which is rotated without a gap and never shown in lists', async () => {
    const made = await api.put('/works/pushed', {
      delivery: 'push',
      url: 'https://example.org/hook',
    });
    const [first] = (await api.get('/works/pushed/secrets')).body.secrets;
    const rotated = (await api.post('/works/pushed/secrets/rotate')).body.secrets;
    const again = (await api.post('/works/pushed/secrets/rotate')).body.secrets;

    expect(first).toMatch(/^whsec_/);
    expect(JSON.stringify(made.body)).not.toContain('whsec_');
    expect(rotated).toEqual([expect.stringMatching(/^whsec_/), first]);
    expect(again).toEqual([expect.stringMatching(/^whsec_/), rotated[0]]);
    await api.put('/works/pushed', { delivery: 'push', url: 'https://example.org/other' });
    expect((await api.get('/works/pushed/secrets')).body.secrets).toEqual(again);
    expectProblem(
      await api.get('/works/pushed/secrets', { key: await api.keyWith('read') }),
      403,
      'forbidden',
    );
  });

  test('of notifications is built in: it has a secret for their receivers, and is otherwise out of reach', async () => {
    const [first] = (await api.get('/works/%23notify/secrets')).body.secrets;

    expect(first).toMatch(/^whsec_/);
    expect((await api.get('/works/%23notify/secrets')).body.secrets).toEqual([first]);
    expectProblem(await api.put('/works/%23notify', {}), 422, 'invalid_request');
    expectProblem(await api.get('/works/%23notify'), 404, 'not_found');
    const claim = { works: ['#notify'], worker: 'w' };
    expectProblem(await api.post('/tasks/claim', claim), 422, 'invalid_request');
  });

  test('counts what waits for a worker and what workers hold', async () => {
    await api.put('/works/counted', {});
    await publishWith('counted', 'counted');
    for (const objectId of ['a', 'b', 'c']) {
      await api.post('/workflows/counted/instances', { objectId });
    }
    await api.post('/tasks/claim', { works: ['counted'], max: 1, worker: 'w' });

    expect((await api.get('/works/counted')).body).toMatchObject({ ready: 2, running: 1 });
  });

  test('that gets a limit counts what was handed out before', async () => {
    const claim = async (): Promise<unknown[]> =>
      (await api.post('/tasks/claim', { works: ['late'], max: 10, worker: 'w' })).body.tasks;
    await api.put('/works/late', {});
    await publishWith('late', 'late');
    await api.post('/workflows/late/instances', { objectId: 'a' });
    expect(await claim()).toHaveLength(1);

    await api.post('/workflows/late/instances', { objectId: 'b' });
    await api.put('/works/late', { maxConcurrent: 1 });
    expect(await claim()).toHaveLength(0);
    await api.put('/works/late', { maxConcurrent: 2 });
    expect(await claim()).toHaveLength(1);
  });

  test('is deleted only when nothing needs it any more', async () => {
    await api.put('/works/needed', {});
    await publishWith('needs', 'needed');
    const instance = await api.post('/workflows/needs/instances', { objectId: 'a' });

    expectProblem(await api.delete('/works/needed'), 409, 'conflict', {
      workflow: 'needs',
      version: 1,
    });
    await api.post('/workflows/needs/versions/1/retire');
    expectProblem(await api.delete('/works/needed'), 409, 'conflict');
    await api.post(`/instances/${instance.body.id}/cancel`);
    expect((await api.delete('/works/needed')).status).toBe(204);
    expectProblem(await api.delete('/works/needed'), 404, 'not_found');
    expectProblem(await api.get('/works/needed'), 404, 'not_found');
  });
});

test('works whose tasks nobody takes say so, and since when', async () => {
  await api.put('/works/idle', {});
  await api.put('/works/deaf', { delivery: 'push', url: 'https://workers.example/deaf' });
  for (const key of ['idle', 'deaf']) {
    await publishWith(`of-${key}`, key);
    await api.post(`/workflows/of-${key}/instances`, { objectId: 'x' });
  }
  const reachOf = async (key: string) => (await api.get(`/works/${key}`)).body.outOfReach;
  expect(await reachOf('idle')).toBeNull();
  expect(await reachOf('deaf')).toBeNull();

  const error = JSON.stringify({ message: 'connection refused' });
  await api.ctx.db.sql`
    update task
    set
      opened_at = opened_at - interval '2 minutes',
      deliveries = case when work = 'deaf' then 4 else 0 end,
      delivery_error = case when work = 'deaf' then ${error}::text::jsonb end
    where work in ('idle', 'deaf')
  `;
  expect(await reachOf('idle')).toMatchObject({ deliveries: 0, message: null });
  expect(await reachOf('deaf')).toMatchObject({ deliveries: 4, message: 'connection refused' });
});
