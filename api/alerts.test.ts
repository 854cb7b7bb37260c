/** Alerts over the API. That test messages arrive is tested with the job that sends them: worker/jobs/send_alerts.test.ts. */
import { afterEach, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

const { db, get, post, patch, put, delete: remove, call, keyWith } = await testApi();

afterEach(async () => {
  await db.sql`delete from alert_channel`;
  await db.sql`delete from alert_rule`;
});

test('secrets go in and never come out', async () => {
  const url = 'https://oapi.dingtalk.com/robot/send?access_token=very-secret';
  const made = await post('/alerts/channels', {
    name: 'On call',
    kind: 'dingtalk',
    settings: { url, secret: 'SECvery-secret', at: ['all'] },
  });

  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    kind: 'dingtalk',
    settings: { at: ['all'] },
    secrets: ['url', 'secret'],
    address: 'https://oapi.dingtalk.com/…',
    last: null,
  });
  const path = `/alerts/channels/${made.body.id}`;
  const changed = await patch(path, { name: 'Night shift', settings: { at: [], secret: null } });
  expect(changed.body).toMatchObject({
    name: 'Night shift',
    settings: { at: [] },
    secrets: ['url'],
  });
  const all = [made, changed, await get(path), await get('/alerts/channels')];
  expect(JSON.stringify(all.map(({ body }) => body))).not.toContain('very-secret');
  const [row] = await db.sql`select settings from alert_channel`;
  expect(row?.settings).toEqual({ url, at: [] });
});

test('what a kind asks for is checked, field by field', async () => {
  const wrong = await post('/alerts/channels', {
    name: 'x',
    kind: 'email',
    settings: { host: 'smtp.example.com', from: 'nobody', to: [], password: 7 },
  });
  expectProblem(wrong, 422, 'invalid_request');
  const said = ({ pointer, message }: { pointer: string; message: string }) => [pointer, message];
  expect(wrong.body.errors.map(said)).toEqual([
    ['/settings/password', 'must be a string'],
    ['/settings/from', 'must be an e-mail address'],
    ['/settings/to', 'must not be empty'],
  ]);

  const rule = (more: object) => post('/alerts/rules', { name: 'x', kind: 'backlog', ...more });
  expectProblem(await rule({}), 422, 'invalid_request');
  expectProblem(await rule({ params: { count: 1, colour: 'red' } }), 422, 'invalid_request');
  const unknown = await rule({
    params: { count: 1 },
    channels: ['019aa000-0000-7000-8000-000000000000'],
  });
  expect(unknown.body.errors).toMatchObject([{ pointer: '/channels/0', code: 'not_found' }]);
  const narrowed = await post('/alerts/rules', { name: 'x', kind: 'no_worker', workflows: ['w'] });
  expect(narrowed.body.errors).toMatchObject([{ pointer: '/workflows' }]);
});

test('rules are made, changed and deleted; a channel that goes leaves its rules', async () => {
  const { body: channel } = await post('/alerts/channels', {
    name: 'Hook',
    kind: 'webhook',
    settings: { url: 'https://hooks.example.com/x' },
  });
  const { body: rule, status } = await post('/alerts/rules', {
    name: 'Backlog',
    kind: 'backlog',
    params: { count: 100 },
    channels: [channel.id],
  });
  expect(status).toBe(201);
  expect(rule).toMatchObject({
    params: { of: 'tasks', count: 100 },
    level: 'warning',
    quietSeconds: 600,
    enabled: true,
    firing: 0,
  });
  const path = `/alerts/rules/${rule.id}`;
  expect((await patch(path, { level: 'critical', params: { count: 5 } })).body).toMatchObject({
    level: 'critical',
    params: { of: 'tasks', count: 5 },
  });

  expect((await remove(`/alerts/channels/${channel.id}`)).status).toBe(204);
  expect((await get(path)).body.channels).toEqual([]);
  expect((await remove(path)).status).toBe(204);
  expectProblem(await get(path), 404, 'not_found');
  expectProblem(await get('/alerts/rules/none'), 404, 'not_found');
  expectProblem(await post('/alerts/none/acknowledge'), 404, 'not_found');
  expectProblem(await get('/alerts/none/messages'), 404, 'not_found');
});

test('a rule may be there before what it names; until then it says that there is none', async () => {
  const { body: rule, status } = await post('/alerts/rules', {
    name: 'Orders',
    kind: 'backlog',
    params: { count: 1 },
    workflows: ['orders'],
    works: ['#http', 'pack'],
  });
  expect(status).toBe(201);
  expect(rule.problems).toEqual([
    {
      code: 'unknown_workflow',
      severity: 'warning',
      pointer: '/workflows/0',
      key: 'orders',
      message: expect.stringMatching(/^There is no workflow "orders" at present/) as string,
    },
    expect.objectContaining({ code: 'unknown_work', pointer: '/works/1' }) as object,
  ]);

  await post('/workflows', { key: 'orders' });
  await put('/works/pack', {});
  expect((await get(`/alerts/rules/${rule.id}`)).body.problems).toEqual([]);
  await remove('/workflows/orders');
  expect((await get('/alerts/rules')).body.data[0].problems).toMatchObject([{ key: 'orders' }]);
});

test('who may read may not write, and operators may acknowledge', async () => {
  const reader = await keyWith('read');
  const operator = await keyWith('read', 'instances:write');

  expect((await get('/alerts', { key: reader })).status).toBe(200);
  expectProblem(
    await post('/alerts/rules', { name: 'x', kind: 'dead_letter' }, { key: operator }),
    403,
    'forbidden',
  );
  const path = '/alerts/019aa000-0000-7000-8000-000000000000/acknowledge';
  expectProblem(await call('POST', path, { key: reader }), 403, 'forbidden');
  expectProblem(await call('POST', path, { key: operator }), 404, 'not_found');
});
