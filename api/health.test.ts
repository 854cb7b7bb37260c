import { expect, test } from 'vitest';
import { testApi } from '#test/api.ts';
import { checkReadiness } from '#operations/health/ready.ts';

test('a process that lives says so to anybody', async () => {
  const api = await testApi();

  expect(await (await api.app.request('/healthz')).json()).toEqual({ status: 'ok' });
});

test('an installation is ready when its database, its schema and a worker process are there', async () => {
  const api = await testApi({ checkReadiness: () => checkReadiness(api.db) });
  const ready = async () => {
    const response = await api.app.request('/readyz');
    return { status: response.status, ...((await response.json()) as object) };
  };

  expect(await ready()).toEqual({
    status: 503,
    ready: false,
    checks: {
      database: 'ok',
      migrations: 'ok',
      worker: 'no worker process has been seen lately',
    },
  });
  await api.db.sql`
    insert into process (id, kind, host, pid, started_at, seen_at)
    values ('w', 'worker', 'here', 1, now(), now())
  `;
  expect(await ready()).toMatchObject({ status: 200, ready: true });

  await api.db.sql`delete from migration where name like '0001%'`;
  expect(await ready()).toMatchObject({
    status: 503,
    checks: { migrations: expect.stringContaining('not applied: 0001_') },
  });

  await api.db.close();
  expect(await ready()).toMatchObject({ status: 503, checks: { database: 'does not answer' } });
});
