import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi, type Answer } from '#test/api.ts';
import { freshDatabase } from '#test/database.ts';
import { setup } from '#test/setup.ts';

const PATH = '/workflows/test/triggers';

let api: Awaited<ReturnType<typeof testApi>>;
let count = 0;

beforeAll(async () => {
  const url = await freshDatabase();
  await setup({
    dag: 'a',
    url,
    lifetime: 'file',
    definition: { input: { type: 'object', required: ['ref'] } },
  });
  api = await testApi({ url });
});

type Hook = { id: string; path: string; secret: string };

async function makeHook(settings: object = {}): Promise<Hook> {
  count += 1;
  const made = await api.post(PATH, {
    key: `hook-${count}`,
    objectId: '{{ body.repository }}',
    input: { ref: '{{ body.ref }}' },
    ...settings,
  });
  expect(made.status).toBe(201);
  const secrets = await api.get(`${PATH}/${made.body.id}/secrets`);
  return { id: made.body.id, path: secrets.body.path, secret: secrets.body.secret };
}

const BODY = { repository: 'acme/site', ref: 'main' };

function send(
  hook: { path: string },
  body: unknown = BODY,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return api.post(hook.path, body, { key: null, headers });
}

async function deliveries(hook: Hook): Promise<Answer['body'][]> {
  return (await api.get(`${PATH}/${hook.id}/deliveries`)).body.data;
}

test('a request becomes an instance, which says where it came from', async () => {
  const hook = await makeHook({
    labels: { by: '{{ headers["x-sender"] }}' },
    objectId: '{{ body.repository }}@{{ query.branch }}',
  });
  const answer = await send({ path: `${hook.path}?branch=dev` }, BODY, { 'X-Sender': 'ci' });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({ outcome: 'started' });

  const { body: instance } = await api.get(`/instances/${answer.body.instanceId}`);
  expect(instance).toMatchObject({
    objectId: 'acme/site@dev',
    input: { ref: 'main' },
    labels: { by: 'ci', trigger: `hook-${count}` },
  });
  const { body: events } = await api.get(`/instances/${answer.body.instanceId}/events`);
  expect(events.data).toMatchObject([{ type: 'triggered_by' }]);
  expect(await deliveries(hook)).toMatchObject([
    { outcome: 'started', status: 202, instanceId: instance.id, body: JSON.stringify(BODY) },
  ]);
});

test('where the condition is false, the request is ignored with 202', async () => {
  const hook = await makeHook({ when: 'headers["x-event"] == "push"' });
  expect(await send(hook, BODY, { 'x-event': 'ping' })).toMatchObject({
    status: 202,
    body: { outcome: 'ignored', instanceId: null },
  });
  expect(await send(hook, BODY, { 'x-event': 'push' })).toMatchObject({
    body: { outcome: 'started' },
  });
});

test('a second request with the same dedupe key is answered with the first instance', async () => {
  const hook = await makeHook({ dedupeKey: '{{ body.repository }}' });
  const first = await send(hook);
  const again = await send(hook);

  expect(again.body).toEqual({ outcome: 'repeated', instanceId: first.body.instanceId });
});

describe('signatures', () => {
  const text = JSON.stringify(BODY);
  const hex = (secret: string, body = text) =>
    createHmac('sha256', secret).update(body).digest('hex');
  const standard = (secret: string, id: string, seconds: number) => ({
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,bm9uZQ== v1,${createHmac(
      'sha256',
      Buffer.from(secret.slice(6), 'base64'),
    )
      .update(`${id}.${seconds}.${text}`)
      .digest('base64')}`,
  });
  const now = () => Math.floor(api.ctx.clock().getTime() / 1_000);

  async function expectRefused(hook: Hook, headers: Readonly<Record<string, string>>) {
    const answer = await send(hook, BODY, headers);
    expectProblem(answer, 401, 'unauthorized');
    expect(answer.body.detail).toBe('The request is not signed as this hook asks.');
  }

  test('Standard Webhooks: the id is the dedupe key; another secret, id or time is refused', async () => {
    const hook = await makeHook({ signature: { kind: 'standard' } });
    const headers = standard(hook.secret, 'msg_1', now());
    const first = await send(hook, BODY, headers);
    expect(first.body.outcome).toBe('started');
    expect((await send(hook, BODY, headers)).body).toEqual({
      outcome: 'repeated',
      instanceId: first.body.instanceId,
    });

    await expectRefused(hook, {});
    await expectRefused(hook, { ...headers, 'webhook-id': 'msg_2' });
    await expectRefused(hook, { ...headers, 'webhook-timestamp': 'soon' });
    await expectRefused(hook, standard(hook.secret, 'msg_3', now() - 301));
    await expectRefused(hook, standard(hook.secret, 'msg_4', now() + 301));
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await expectRefused(hook, standard(other, 'msg_5', now()));
    expect((await deliveries(hook))[0]).toMatchObject({
      outcome: 'refused',
      status: 401,
      headers: {},
      body: null,
    });
  });

  test('GitHub: X-Hub-Signature-256, and its delivery id is the dedupe key', async () => {
    const hook = await makeHook({ signature: { kind: 'github', secret: 'a secret of sixteen' } });
    expect(hook.secret).toBe('a secret of sixteen');
    const headers = {
      'x-hub-signature-256': `sha256=${hex(hook.secret)}`,
      'x-github-delivery': '72d3162e',
    };
    expect((await send(hook, BODY, headers)).body.outcome).toBe('started');
    expect((await send(hook, BODY, headers)).body.outcome).toBe('repeated');

    await expectRefused(hook, {});
    await expectRefused(hook, { 'x-hub-signature-256': hex(hook.secret) });
    await expectRefused(hook, { 'x-hub-signature-256': `sha256=${hex(`${hook.secret}!`)}` });
    await expectRefused(hook, { 'x-hub-signature-256': `sha256=${hex(hook.secret, '{}')}` });
    expect(JSON.stringify(await deliveries(hook))).not.toContain(hex(hook.secret));
  });

  test('a header of your choice, as hex or base64', async () => {
    const hook = await makeHook({ signature: { kind: 'hmac', header: 'X-Sign', prefix: 'v0=' } });
    expect((await send(hook, BODY, { 'x-sign': `v0=${hex(hook.secret)}` })).status).toBe(202);
    await expectRefused(hook, { 'x-sign': hex(hook.secret) });
    await expectRefused(hook, { 'x-sign': 'v0=' });

    const changed = await api.patch(`${PATH}/${hook.id}`, {
      signature: { kind: 'hmac', header: 'x-sign', encoding: 'base64' },
    });
    // The secret was not named, so it stays, and no answer repeats it.
    expect(changed.body.signature).toEqual({
      kind: 'hmac',
      header: 'x-sign',
      prefix: '',
      encoding: 'base64',
    });
    const base64 = createHmac('sha256', hook.secret).update(text).digest('base64');
    expect((await send(hook, BODY, { 'x-sign': base64 })).status).toBe(202);
  });
});

test('what cannot be mapped is 422, and the log says where', async () => {
  const hook = await makeHook();
  const answer = await send(hook, { ref: 'main' });
  expectProblem(answer, 422, 'invalid_request');
  expect(JSON.stringify(answer.body)).not.toContain('repository');

  const [delivery] = await deliveries(hook);
  expect(delivery).toMatchObject({ outcome: 'failed', errors: [{ pointer: '/objectId' }] });
  const { start, end } = delivery.errors[0];
  expect('{{ body.repository }}'.slice(start, end)).toContain('repository');
});

test('an input that does not fit the workflow, and a body that is no JSON, are 422', async () => {
  const hook = await makeHook({ input: { other: 1 } });
  expectProblem(await send(hook), 422, 'invalid_request');
  expectProblem(
    await api.call('POST', hook.path, { raw: '{"a":', key: null }),
    422,
    'invalid_request',
  );
  expect(await deliveries(hook)).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
});

test('forms and texts are bodies too; what is too large is 413', async () => {
  const hook = await makeHook({ objectId: '{{ body.a }}', input: { ref: '{{ body }}' } });
  const raw = (body: string, type: string) =>
    api.call('POST', hook.path, { raw: body, key: null, headers: { 'content-type': type } });

  const form = await raw('a=1&b=x%20y', 'application/x-www-form-urlencoded');
  expect((await api.get(`/instances/${form.body.instanceId}`)).body).toMatchObject({
    objectId: '1',
    input: { ref: { a: '1', b: 'x y' } },
  });
  await api.patch(`${PATH}/${hook.id}`, { objectId: '{{ body }}' });
  expect((await raw('hello', 'text/plain')).status).toBe(202);
  expectProblem(await raw('x'.repeat(1_100_000), 'text/plain'), 413, 'body_too_large');
});

test('a rotated URL takes the place of the old one, which may be taken for a while', async () => {
  const hook = await makeHook();
  const graceful = await api.post(`${PATH}/${hook.id}/rotate`, { graceSeconds: 600 });
  expect(graceful.body.path).not.toBe(hook.path);
  expect((await send(hook)).status).toBe(202);
  expect((await send(graceful.body)).status).toBe(202);

  api.advanceClock(601);
  expectProblem(await send(hook), 404, 'not_found');

  const revoked = await api.post(`${PATH}/${hook.id}/rotate`);
  expectProblem(await send(graceful.body), 404, 'not_found');
  expect((await send(revoked.body)).status).toBe(202);

  await api.patch(`${PATH}/${hook.id}`, { enabled: false });
  expectProblem(await send(revoked.body), 404, 'not_found');
});

test('a mapping is tried on a request before it is used', async () => {
  const hook = await makeHook();
  const attempt = (body: object) => api.post(`${PATH}/${hook.id}/try`, body);

  expect((await attempt({ body: BODY })).body).toMatchObject({
    outcome: 'made',
    made: { objectId: 'acme/site', input: { ref: 'main' } },
  });
  expect((await attempt({ body: BODY, when: 'body.ref != "main"' })).body).toMatchObject({
    outcome: 'ignored',
  });
  expect(
    (await attempt({ headers: { 'X-Id': '7' }, objectId: '{{ headers["x-id"] }}', input: null }))
      .body,
  ).toMatchObject({ made: { objectId: '7' } });
  expect((await attempt({ body: BODY, objectId: '{{ input.x }}' })).body).toMatchObject({
    outcome: 'failed',
    errors: [{ pointer: '/objectId', start: 3, end: 8 }],
  });
});

test('a mapping that cannot work is not kept', async () => {
  const answer = await api.post(PATH, {
    key: 'bad',
    objectId: '{{ body. }}',
    when: 'tasks.a.output',
  });
  expectProblem(answer, 422, 'invalid_request');
  expect(answer.body.errors).toMatchObject([
    { pointer: '/objectId', code: 'expression' },
    { pointer: '/when', code: 'expression' },
  ]);
});

test('the URL and the secret are for those who may change the workflow', async () => {
  const hook = await makeHook({ signature: { kind: 'github' } });
  const reader = await api.keyWith('read');

  expectProblem(await api.get(`${PATH}/${hook.id}/secrets`, { key: reader }), 403, 'forbidden');
  const read = await api.get(`${PATH}/${hook.id}`, { key: reader });
  expect(JSON.stringify(read.body)).not.toContain(hook.secret);
  expect(JSON.stringify(read.body)).not.toContain('hook_');
});

test('the log keeps the last fifty requests, and others cannot push them out', async () => {
  const hook = await makeHook({ signature: { kind: 'github' }, when: 'false' });
  const signed = {
    'x-hub-signature-256': `sha256=${createHmac('sha256', hook.secret)
      .update(JSON.stringify(BODY))
      .digest('hex')}`,
  };
  await send(hook, BODY, signed);
  for (let request = 0; request < 55; request += 1) {
    await send(hook);
  }
  const { data } = (await api.get(`${PATH}/${hook.id}/deliveries?limit=100`)).body;
  expect(data).toHaveLength(51);
  expect(data.at(-1)).toMatchObject({ outcome: 'ignored' });
});

test('a condition that can never be true or false is refused at its place; what became wrong can be switched off', async () => {
  const wrong = await api.post(PATH, { key: 'never', when: 'size(body.files)', input: {} });
  expectProblem(wrong, 422, 'invalid_request');
  expect(wrong.body.errors).toEqual([
    {
      pointer: '/when',
      code: 'expression',
      message: 'a condition must be true or false, but this is a number (characters 1 to 16)',
    },
  ]);

  const { id } = await makeHook();
  await api.ctx.db.sql`update trigger set condition = '1 + 1' where id = ${id}`;
  const path = `${PATH}/${id}`;
  expectProblem(await api.patch(path, { name: 'Renamed' }), 422, 'invalid_request');
  expect((await api.patch(path, { enabled: false })).body).toMatchObject({ enabled: false });
  expect((await api.patch(path, { when: 'size(body.files) > 1' })).status).toBe(200);
});
