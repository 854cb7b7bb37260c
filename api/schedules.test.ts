import { beforeAll, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';
import { freshDatabase } from '#test/database.ts';
import { setup } from '#test/setup.ts';

const PATH = '/workflows/test/schedules';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  const url = await freshDatabase();
  await setup({ dag: 'a', url, lifetime: 'file' });
  api = await testApi({ url });
});

test('a schedule is made, read, changed, run and deleted', async () => {
  const made = await api.post(PATH, {
    key: 'nightly',
    cron: '30 2 * * *',
    timeZone: 'Asia/Shanghai',
  });
  expect(made).toMatchObject({
    status: 201,
    body: { name: 'nightly', overlap: 'allow', catchUp: 'last', workflow: 'test' },
  });
  const path = `${PATH}/${made.body.id}`;
  expect((await api.get(path)).body).toEqual(made.body);
  expect((await api.get(PATH)).body).toEqual({ data: [made.body], nextCursor: null });

  const changed = await api.patch(path, { enabled: false, priority: 3 });
  expect(changed.body).toMatchObject({
    enabled: false,
    nextAt: null,
    priority: 3,
    cron: '30 2 * * *',
  });

  const next = await api.get(`${path}/next?count=3`);
  expect(next.body.data).toHaveLength(3);
  expect(next.body.data[0].local).toMatch(/T02:30:00\+08:00$/);

  const ran = await api.post(`${path}/run-now`);
  expect(ran.status).toBe(201);
  expect((await api.get(`/instances/${ran.body.instanceId}`)).body).toMatchObject({
    priority: 3,
    labels: { schedule: 'nightly' },
  });
  expect((await api.get(`${path}/runs`)).body.data).toMatchObject([
    { outcome: 'started', instanceId: ran.body.instanceId },
  ]);

  expect((await api.delete(path)).status).toBe(204);
  expectProblem(await api.get(path), 404, 'not_found');
});

test('a wrong cron and a wrong zone are named with their place', async () => {
  const answer = await api.post(PATH, { key: 'bad', cron: '0 8 * * FRY', timeZone: 'Berlin' });
  expectProblem(answer, 422, 'invalid_request');
  expect(answer.body.errors).toEqual([
    {
      pointer: '/cron',
      code: 'bad_field',
      message:
        '"FRY" is not a day of the week (0 to 7, or SUN to SAT), *, nor a list, range or step of such (characters 9 to 11)',
    },
    {
      pointer: '/timeZone',
      code: 'unknown_time_zone',
      message: '"Berlin" is not a time zone; name one as Europe/Berlin',
    },
  ]);
});

test('a key that is taken is named', async () => {
  const twice = { key: 'twice', cron: '@daily' };
  await api.post(PATH, twice);
  const answer = await api.post(PATH, twice);
  expectProblem(answer, 409, 'conflict');
  expect(answer.body.errors).toMatchObject([{ pointer: '/key' }]);
});

test('who only reads changes nothing', async () => {
  const key = await api.keyWith('read');
  expectProblem(await api.post(PATH, { key: 'a', cron: '@daily' }, { key }), 403, 'forbidden');
  expectProblem(await api.get('/workflows/none/schedules'), 404, 'not_found');
});
