/** `npm start` as a thing to rely on: it comes up from nothing, heals what is killed, and leaves nothing behind. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, test } from './fixtures.ts';
import {
  newDataDirectory,
  removeDataDirectory,
  startInstallation,
  type Installation,
} from './installation.ts';
import { isAlive, pidOf, type ProcessName } from './processes.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

let dataDirectory: string;
let installation: Installation;

test.beforeAll(() => {
  dataDirectory = newDataDirectory();
});

test.afterAll(async () => {
  await installation.stop();
  removeDataDirectory(dataDirectory);
});

async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${installation.url}/readyz`)).ok;
  } catch {
    return false;
  }
}

test('the first start prints where to go, who one is, and the password; the sample is there', async () => {
  installation = await startInstallation({ dataDirectory });

  expect(installation.output()).toMatch(/Open +http:\/\/localhost:\d+/);
  expect(installation.email).toBe('admin@latchwork.local');
  expect(installation.password.length).toBeGreaterThanOrEqual(12);
  expect(await isReady()).toBe(true);
});

for (const name of ['web', 'worker', 'sample-worker', 'postgres'] satisfies ProcessName[]) {
  test(`a kill -9 of ${name} heals by itself`, async () => {
    const pid = pidOf(installation, name) ?? 0;
    expect(isAlive(pid)).toBe(true);

    process.kill(pid, 'SIGKILL');

    await expect.poll(() => pidOf(installation, name) ?? pid, { timeout: 30_000 }).not.toBe(pid);
    await expect.poll(isReady, { timeout: 30_000 }).toBe(true);
  });
}

test('a web process that is asked to stop answers its long polls and closes its streams', async () => {
  const authorization = `Bearer ${readFileSync(path.join(dataDirectory, 'sample-key'), 'utf8')}`;
  const poll = fetch(`${installation.url}/api/v1/tasks/claim`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ works: ['image.probe'], max: 1, waitSeconds: 30, worker: 'e2e' }),
  });
  const stream = await fetch(`${installation.url}/api/v1/events/stream?topics=instances`, {
    headers: { authorization },
  });

  process.kill(pidOf(installation, 'web') ?? 0, 'SIGTERM');

  const answer = await poll;
  expect(await answer.json()).toEqual({ tasks: [] });
  expect(await stream.text()).toContain('retry:');
  await expect.poll(isReady, { timeout: 30_000 }).toBe(true);
});

test('Ctrl-C stops everything, the database too', async () => {
  const pids = (['web', 'worker', 'sample-worker', 'postgres'] as const).map(
    (name) => pidOf(installation, name) ?? 0,
  );

  await installation.stop();

  expect(pids.filter(isAlive)).toEqual([]);
  expect(installation.supervisor.exitCode).toBe(0);
});

test('a second start takes seconds, finds the data again, and shows no password', async () => {
  const begun = Date.now();
  installation = await startInstallation({ dataDirectory });

  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(installation.password).toBe('');
});

test('a kill -9 of the supervisor leaves no process but the database, which the next start takes over', async () => {
  const database = pidOf(installation, 'postgres') ?? 0;
  const pids = (['web', 'worker', 'sample-worker'] as const).map(
    (name) => pidOf(installation, name) ?? 0,
  );

  installation.supervisor.kill('SIGKILL');

  await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([]);
  expect(isAlive(database)).toBe(true);

  installation = await startInstallation({ dataDirectory });
  expect(pidOf(installation, 'postgres')).toBe(database);
});

test('a port that is taken is left to its owner', async () => {
  await installation.stop();
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;

  installation = await startInstallation({ dataDirectory, environment: { PORT: String(port) } });
  squatter.close();

  expect(installation.output()).toContain(`Port ${port} is taken`);
  expect(await isReady()).toBe(true);
});
