/** The worker as the process that it is, supervised as `npm start` supervises it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Database } from '#db/database.ts';
import { countAlive } from '#db/processes.ts';
import { freshDatabase } from '#test/database.ts';

let url: string;
let db: Database;
const started: ChildProcess[] = [];

beforeAll(async () => {
  url = await freshDatabase();
  db = openDatabase({ url });
});
afterAll(() => db.close());
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => gone(child, 'SIGKILL')));
  await db.sql`delete from process`;
});

async function startWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['worker/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: url,
      NEXTAUTH_SECRET: 'a secret of more than 32 characters',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  started.push(child);
  await once(child, 'message');
  return child;
}

async function gone(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  if (signal) child.kill(signal);
  await exit;
  return child.exitCode;
}

test('it says that it is ready, beats, sweeps, and leaves when asked to', async () => {
  const child = await startWorker();

  expect(await countAlive(db.sql, 'worker')).toBe(1);
  expect(await gone(child, 'SIGTERM')).toBe(0);
  expect(await countAlive(db.sql, 'worker')).toBe(0);
});

test('it ends by itself when its supervisor is gone', async () => {
  const child = await startWorker();

  child.disconnect();

  expect(await gone(child)).toBe(0);
});

test('what a killed worker had locked is done by another', async () => {
  const dead = await startWorker();
  const [row] = await db.sql<{ id: string }[]>`select id from process`;
  await gone(dead, 'SIGKILL');
  await db.sql`update process set seen_at = now() - interval '1 minute'`;
  await db.sql`select graphile_worker.add_job('retain', job_key => 'left behind')`;
  await db.sql`
    update graphile_worker._private_jobs
    set locked_by = ${row?.id ?? ''}, locked_at = now() - interval '1 minute'
    where key = 'left behind'
  `;

  await startWorker();

  await expect
    .poll(() => db.sql`select from graphile_worker.jobs where key = 'left behind'`)
    .toHaveLength(0);
});

test('settings that are missing are named, and it ends', async () => {
  const child = spawn(process.execPath, ['worker/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started.push(child);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));

  expect(await gone(child)).toBe(1);
  expect(complaint).toMatch(/DATABASE_URL is needed .*\n.*NEXTAUTH_SECRET is needed/);
});
