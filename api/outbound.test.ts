/** URLs to which nothing can ever be sent are refused where they are given. That sending refuses them too: delivery/http.test.ts. */
import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi({
    outboundPolicy: { allowPrivate: true, allowLoopback: false, allowHosts: ['127.0.0.9'] },
  });
  const definition = {
    schemaVersion: 1,
    nodes: [{ key: 'a', type: 'task', work: 'a' }],
    edges: [],
  };
  await api.put('/works/a', {});
  await api.post('/workflows', { key: 'photos', definition });
  await api.post('/workflows/photos/publish', { summary: '' });
});

const HERE = 'http://127.0.0.1:9000/';
const METADATA = 'http://[::ffff:169.254.169.254]/latest/meta-data';

const webhook = (url: string) => ({ name: 'a', kind: 'webhook', settings: { url } });
const endpoint = (url: string) => ({ name: 'a', url, events: ['instance.completed'] });
const instance = (notifyUrl: string) => ({ objectId: 'o', notifyUrl });
const work = (url: string) => ({ delivery: 'push', url });
const document = (url: string) => ({
  format: 'latchwork',
  document: {
    key: 'brought',
    definition: { schemaVersion: 1, nodes: [], edges: [] },
    works: [{ key: 'fine' }, { key: 'b', ...work(url) }],
  },
});

describe.each([
  ['a work', 'put', '/works/b', work, '/url'],
  ['a work that an import brings', 'post', '/workflows/import', document, '/document/works/1/url'],
  ['an endpoint', 'post', '/endpoints', endpoint, '/url'],
  ['an alert channel', 'post', '/alerts/channels', webhook, '/settings/url'],
  ['an instance', 'post', '/workflows/photos/instances', instance, '/notifyUrl'],
] as const)('the URL of %s', (_name, method, path, make, pointer) => {
  test.each([HERE, METADATA, 'http://localhost/'])('is not %s', async (url) => {
    const refused = await api[method](path, make(url));

    expectProblem(refused, 422, 'invalid_request', {
      errors: [{ pointer, code: 'refused_address', message: expect.any(String) as string }],
    });
    expect(refused.body.detail).toContain('LATCHWORK_ALLOW_HOSTS');
  });

  test('speaks http and holds no password', async () => {
    for (const url of ['ftp://files.example/', 'https://me:secret@hooks.example/']) {
      const refused = await api[method](path, make(url));
      expectProblem(refused, 422, 'invalid_request');
      expect(refused.body.errors[0].pointer).toBe(pointer);
    }
  });

  test('may be an address that is listed', async () => {
    expect((await api[method](path, make('http://127.0.0.9/'))).status).toBeLessThan(300);
  });
});

test('a name is judged only when something is sent, since its address may change', async () => {
  const made = await api.post('/endpoints', endpoint('http://internal.corp.example/'));
  expect(made.status).toBe(201);
});

test('a private network is for those who set up endpoints, not for those who start instances', async () => {
  const url = 'http://10.0.0.7/';

  expect((await api.post('/endpoints', endpoint(url))).status).toBe(201);
  expectProblem(
    await api.post('/workflows/photos/instances', instance(url)),
    422,
    'invalid_request',
  );
});

test('a changed endpoint or channel is judged like a new one', async () => {
  const { id } = (await api.post('/endpoints', endpoint('https://a.example/'))).body;
  expectProblem(await api.patch(`/endpoints/${id}`, { url: HERE }), 422, 'invalid_request');

  const channel = (await api.post('/alerts/channels', webhook('https://a.example/'))).body;
  const changed = await api.patch(`/alerts/channels/${channel.id}`, { settings: { url: HERE } });
  expectProblem(changed, 422, 'invalid_request');
});

test('so is the host of a mail server', async () => {
  const settings = { host: '169.254.169.254', from: 'a@example.org', to: ['b@example.org'] };
  const refused = await api.post('/alerts/channels', { name: 'a', kind: 'email', settings });

  expectProblem(refused, 422, 'invalid_request');
  expect(refused.body.errors[0]).toMatchObject({ pointer: '/settings/host' });
});

test('what was saved under a wider setting may be renamed and switched off', async () => {
  const { id } = (await api.post('/alerts/channels', webhook('https://a.example/'))).body;
  await api.db.sql`
    update alert_channel set settings = jsonb_build_object('url', ${HERE}::text) where id = ${id}
  `;

  const off = await api.patch(`/alerts/channels/${id}`, { name: 'Old', enabled: false });
  expect(off.body).toMatchObject({ name: 'Old', enabled: false });
});

test('in a batch, the instances with other URLs are made', async () => {
  const answer = await api.post('/workflows/photos/instances/batch', {
    instances: [instance(METADATA), instance('https://hooks.example/')],
  });
  expect(answer.body.results).toMatchObject([
    { ok: false, errors: [{ pointer: '/notifyUrl' }] },
    { ok: true },
  ]);
});

test('a definition whose node asks such a URL is not published', async () => {
  const submit = { url: `${HERE}jobs/{{ object.id }}` };
  const definition = {
    schemaVersion: 1,
    nodes: [{ key: 'cut', type: 'http', submit }],
    edges: [],
  };
  await api.post('/workflows', { key: 'cuts', definition });
  const refused = await api.post('/workflows/cuts/publish', { summary: '' });

  expectProblem(refused, 422, 'invalid_definition');
  expect(refused.body.detail).toContain('LATCHWORK_ALLOW_HOSTS');
  expect(refused.body.problems).toMatchObject([
    { code: 'refused_url', pointer: '/nodes/0/submit/url', node: 'cut' },
  ]);
});
