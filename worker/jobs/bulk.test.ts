/** Two worker processes that are woken for the same bulk move at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createBulk } from '#operations/bulk/create.ts';
import { getBulk } from '#operations/bulk/get.ts';
import { createInstances } from '#operations/instances/create.ts';
import { isRefusal } from '#operations/refusal.ts';
import { setup } from '#test/setup.ts';

const started: ChildProcess[] = [];

afterAll(() =>
  Promise.all(
    started.map(async (child) => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }),
  ),
);

async function startWorker(url: string): Promise<void> {
  const child = spawn(process.execPath, ['worker/main.ts'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      DATABASE_URL: url,
      NEXTAUTH_SECRET: 'a secret of more than 32 characters',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  started.push(child);
  await once(child, 'message');
}

test('two worker processes make one bulk move once', async () => {
  const { ctx, db, url } = await setup({ dag: 'a', lifetime: 'file' });
  for (let made = 0; made < 3_000; made += 1_000) {
    await createInstances(ctx, {
      workflow: 'test',
      instances: Array.from({ length: 1_000 }, () => ({ objectId: 'x' })),
    });
  }
  await Promise.all([startWorker(url), startWorker(url)]);

  const made = await createBulk(ctx, { action: 'pause', filter: { workflow: 'test' } });
  if (isRefusal(made)) throw new Error(made.message);
  // A second wake-up under no key: graphile-worker runs it beside the first.
  await db.sql`
    select graphile_worker.add_job('bulk', json_build_object('projectId', 1, 'bulkId', ${made.id}::text))
  `;

  await expect
    .poll(() => getBulk(ctx, { id: made.id }), { interval: 100 })
    .toMatchObject({ status: 'succeeded', failed: 0 });
  expect(await getBulk(ctx, { id: made.id })).toMatchObject({ total: 3_000, done: 3_000 });
  const moved = await db.sql`
    select count(*)::int as events, count(distinct instance_id)::int as instances
    from instance_event
    where type = 'paused'
  `;
  expect(moved).toMatchObject([{ events: 3_000, instances: 3_000 }]);
});
