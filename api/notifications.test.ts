import { beforeAll, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

const HOOK = 'https://billing.example/hook';

beforeAll(async () => {
  api = await testApi();
  const definition = {
    schemaVersion: 1,
    nodes: [{ key: 'a', type: 'task', work: 'a' }],
    edges: [],
  };
  await api.put('/works/a', {});
  await api.post('/workflows', { key: 'photos', definition });
  await api.post('/workflows/photos/publish', { summary: '' });
});

async function makeEndpoint(more: object = {}) {
  const made = await api.post('/endpoints', {
    name: 'Billing',
    url: HOOK,
    events: ['instance.completed'],
    ...more,
  });
  expect(made.status).toBe(201);
  return made.body;
}

test('an endpoint is made, changed, listed and deleted', async () => {
  const made = await makeEndpoint({ workflow: 'photos' });
  expect(made).toMatchObject({ name: 'Billing', workflow: 'photos', enabled: true, pending: 0 });

  const off = await api.patch(`/endpoints/${made.id}`, { enabled: false, workflow: null });
  expect(off.body).toMatchObject({ enabled: false, disabledReason: 'person', workflow: null });
  const on = await api.post(`/endpoints/${made.id}/enable`);
  expect(on.body).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
  expect((await api.get('/endpoints')).body.data[0]).toEqual(on.body);

  expect((await api.delete(`/endpoints/${made.id}`)).status).toBe(204);
  expectProblem(await api.get(`/endpoints/${made.id}`), 404, 'not_found');
});

test.each([
  ['no URL', { url: 'billing' }, '/url'],
  ['a URL with a password', { url: 'https://me:secret@billing.example/' }, '/url'],
  ['no event', { events: [] }, '/events'],
  ['an event that there is not', { events: ['instance.exploded'] }, '/events/0'],
  ['a workflow that there is not', { workflow: 'nothing' }, '/workflow'],
])('an endpoint with %s is refused', async (_what, wrong, pointer) => {
  const body = { name: 'Billing', url: HOOK, events: ['instance.completed'], ...wrong };

  expectProblem(await api.post('/endpoints', body), 422, 'invalid_request', {
    errors: [expect.objectContaining({ pointer })],
  });
});

test('events that would never come are refused, whether the endpoint or its events are said anew', async () => {
  const never = (pointer: string, event: string) => ({
    errors: [
      {
        pointer,
        code: 'never_comes',
        message: `"${event}" concerns no workflow, so an endpoint of "photos" alone would never hear of it`,
      },
    ],
  });
  const body = { name: 'Billing', url: HOOK, workflow: 'photos' };
  const events = ['instance.completed', 'bulk.completed'];
  const made = await api.post('/endpoints', { ...body, events });
  expectProblem(made, 422, 'invalid_request', never('/events/1', 'bulk.completed'));

  const { id } = await makeEndpoint({ events });
  const moved = await api.patch(`/endpoints/${id}`, { workflow: 'photos' });
  expectProblem(moved, 422, 'invalid_request', never('/workflow', 'bulk.completed'));
  expect((await api.get(`/endpoints/${id}`)).body).toMatchObject({ workflow: null, events });

  const narrow = { workflow: 'photos', events: ['instance.failed'] };
  expect((await api.patch(`/endpoints/${id}`, narrow)).body).toMatchObject(narrow);
  const wider = await api.patch(`/endpoints/${id}`, { events: ['endpoint.disabled'] });
  expectProblem(wider, 422, 'invalid_request', never('/events/0', 'endpoint.disabled'));

  // One that was made before this was refused goes on, and can be changed in everything else.
  await api.db.sql`update endpoint set events = '{bulk.completed}' where id = ${id}`;
  expect((await api.patch(`/endpoints/${id}`, { name: 'Renamed' })).status).toBe(200);
});

test('secrets are shown to those who may draw workflows, and rotated', async () => {
  const { id } = await makeEndpoint();
  const first = (await api.get(`/endpoints/${id}/secret`)).body.secrets;
  expect(first).toEqual([expect.stringMatching(/^whsec_/)]);

  const rotated = (await api.post(`/endpoints/${id}/rotate-secret`)).body.secrets;
  expect(rotated).toEqual([expect.stringMatching(/^whsec_/), first[0]]);

  const reader = await api.keyWith('read', 'instances:write');
  expectProblem(await api.get(`/endpoints/${id}/secret`, { key: reader }), 403, 'forbidden');
  expect(JSON.stringify((await api.get('/endpoints', { key: reader })).body)).not.toContain(
    'whsec_',
  );
});

test('notifications are listed by instance, endpoint and status, and resent', async () => {
  const { id } = await makeEndpoint({ events: ['instance.cancelled', 'instance.completed'] });
  const started = await api.post('/workflows/photos/instances', {
    objectId: 'photo-1',
    notifyUrl: 'https://caller.example/done',
    notifyEvents: ['instance.cancelled'],
  });
  const instance = started.body.id;
  await api.post(`/instances/${instance}/cancel`, {});

  const listed = await api.get(`/notifications?instance=${instance}&status=pending`);
  const ours = await api.get(`/notifications?endpoint=${id}`);
  expect(listed.body.data.map(({ type }: { type: string }) => type)).toContain(
    'instance.cancelled',
  );
  expect(ours.body.data).toHaveLength(2);
  const [first] = (await api.get(`/notifications?endpoint=${id}&limit=1`)).body.data;
  expect(first).toMatchObject({ type: 'instance.completed', endpoint: { id, name: 'Billing' } });

  const again = await api.post(`/notifications/${first.id}/resend`);
  expect(again).toMatchObject({ status: 202, body: { id: first.id, status: 'pending' } });
  expect((await api.get(`/notifications/${first.id}/deliveries`)).body.data).toEqual([]);
  expect((await api.get(`/instances/${instance}`)).body).toMatchObject({
    notifyUrl: 'https://caller.example/done',
    notifyEvents: ['instance.cancelled'],
  });
});

test('a ping waits to be sent', async () => {
  const { id } = await makeEndpoint();

  expect(await api.post(`/endpoints/${id}/test`)).toMatchObject({
    status: 202,
    body: { type: 'ping', status: 'pending', endpoint: { id } },
  });
});

test('an endpoint is sent again what it missed: what is dead, and what failed and waits for hours', async () => {
  const { id } = await makeEndpoint({ events: ['instance.cancelled', 'instance.completed'] });
  const since = '2026-01-01T00:00:00Z';
  const resend = async (more: object) =>
    (await api.post(`/endpoints/${id}/resend`, { since, ...more })).body.resent;
  const start = await api.post('/workflows/photos/instances', { objectId: 'photo-1' });
  await api.post(`/instances/${start.body.id}/cancel`, {});

  // Neither has been tried yet: both are on their way.
  expect(await resend({})).toBe(0);

  await api.db.sql`
    update notification set
      tries = 6, error = 'it answered 500', due_at = case type when 'instance.completed' then at + interval '10 hours' end,
      status = case type when 'instance.cancelled' then 'dead' else 'pending' end,
      finished_at = case type when 'instance.cancelled' then at end
    where endpoint_id = ${id}
  `;
  expect(await resend({})).toBe(2);
  const { data } = (await api.get(`/notifications?endpoint=${id}&status=pending`)).body;
  expect(data).toMatchObject([{ error: null }, { error: null }]);
  expect(await resend({ status: 'all' })).toBe(0);
});

test.each(['/notifications/nothing', '/notifications/99999999999'])(
  'there is no %s',
  async (path) => {
    expectProblem(await api.post(`${path}/resend`), 404, 'not_found');
    expectProblem(await api.get(`${path}/deliveries`), 404, 'not_found');
  },
);

test('an instance that names events names a URL, too', async () => {
  const started = await api.post('/workflows/photos/instances', {
    objectId: 'photo-1',
    notifyEvents: ['instance.failed'],
  });

  expectProblem(started, 422, 'invalid_request', {
    errors: [expect.objectContaining({ pointer: '/notifyEvents' })],
  });
});
