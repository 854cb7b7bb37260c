/** `npm start` as a thing to rely on: it comes up from nothing, heals what is killed, and leaves nothing behind. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Work } from '#api/types.ts';
import { openApi } from './api_client.ts';
import { expect, test } from './fixtures.ts';
import {
  newDataDirectory,
  removeDataDirectory,
  startInstallation,
  type Installation,
} from './installation.ts';
import { isAlive, kill, pidOf, type ProcessName } from './processes.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

/** How long a process takes to come back is the machine's affair: only the time of the test bounds it. */
const IN_ITS_TIME = { timeout: 0 };

let dataDirectory: string;
let installation: Installation;
/** Shown once. */
let password: string;

test.beforeAll(() => {
  dataDirectory = newDataDirectory();
});

test.afterAll(async () => {
  // Of a start that failed there is nothing to stop.
  await (installation as Installation | undefined)?.stop();
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
  password = installation.password;
  expect(await isReady()).toBe(true);
});

for (const name of ['web', 'worker', 'sample-worker', 'postgres'] satisfies ProcessName[]) {
  test(`a kill -9 of ${name} heals by itself`, async () => {
    const pid = pidOf(installation, name);
    expect(pid).toBeDefined();

    await kill(installation, name);

    await expect.poll(() => pidOf(installation, name) ?? pid, IN_ITS_TIME).not.toBe(pid);
    await expect.poll(isReady, IN_ITS_TIME).toBe(true);
  });
}

test('a web process that is asked to stop answers its long polls and closes its streams', async () => {
  const { email, url } = installation;
  const api = await openApi({ url, email, password });
  const { key } = await api.send<{ key: string }>('POST', '/api-keys', {
    name: 'stream',
    scopes: ['read'],
  });
  await api.send('PUT', '/works/e2e.awaited', {});
  const claim = api.send('POST', '/tasks/claim', {
    works: ['e2e.awaited'],
    waitSeconds: 30,
    worker: 'e2e',
  });
  const lastClaim = async () => (await api.get<Work>('/works/e2e.awaited')).lastClaimAt;
  await expect.poll(lastClaim).not.toBeNull();
  const stream = await fetch(`${url}/api/v1/events/stream?topics=instances`, {
    headers: { authorization: `Bearer ${key}` },
  });

  await kill(installation, 'web', 'SIGTERM');

  expect(await claim).toEqual({ tasks: [] });
  expect(await stream.text()).toContain('retry:');
  await expect.poll(isReady, IN_ITS_TIME).toBe(true);
});

test('Ctrl-C stops everything, the database too', async () => {
  const pids = (['web', 'worker', 'sample-worker', 'postgres'] as const).map(
    (name) => pidOf(installation, name) ?? 0,
  );

  await installation.stop();

  expect(pids.filter(isAlive)).toEqual([]);
  expect(installation.supervisor.exitCode).toBe(0);
});

test('a second start finds the data again, and shows no password', async () => {
  installation = await startInstallation({ dataDirectory });

  expect(installation.password).toBe('');
});

test('a kill -9 of the supervisor leaves no process but the database, which the next start takes over', async () => {
  const database = pidOf(installation, 'postgres') ?? 0;
  const pids = (['web', 'worker', 'sample-worker'] as const).map(
    (name) => pidOf(installation, name) ?? 0,
  );

  installation.supervisor.kill('SIGKILL');

  await expect.poll(() => pids.filter(isAlive), IN_ITS_TIME).toEqual([]);
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
