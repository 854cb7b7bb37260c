/**
 * Everything is killed in the middle of a thousand instances: web processes, worker processes, Postgres. Two installations share the
 * database and the load. Nothing may be lost, and each join must open once.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import postgres from 'postgres';
import { openApi, type ApiClient } from './api_client.ts';
import { expect, test } from './fixtures.ts';
import {
  databaseUrlOf,
  newDataDirectory,
  removeDataDirectory,
  startInstallation,
  type Installation,
} from './installation.ts';
import { kill } from './processes.ts';

test.describe.configure({ timeout: 240_000 });

const INSTANCES = 1_000;

/** What a worker that died with its tasks costs: they are tried again after this long, as often as it takes. */
const AGAIN = {
  timeouts: { runSeconds: 4 },
  retry: { limit: 100, backoff: 'fixed', delaySeconds: 1 },
};

const DEFINITION = {
  schemaVersion: 1,
  nodes: [
    { key: 'split', type: 'task', work: 'faults.pull', ...AGAIN },
    { key: 'each', type: 'fanout', work: 'faults.pull', items: 'range(3)', ...AGAIN },
    { key: 'pushed', type: 'task', work: 'faults.push', ...AGAIN },
    { key: 'join', type: 'task', work: 'faults.pull', ...AGAIN },
  ],
  edges: [
    { from: 'split', to: 'each' },
    { from: 'split', to: 'pushed' },
    { from: 'each', to: 'join' },
    { from: 'pushed', to: 'join' },
  ],
};

const ENVIRONMENT = { LATCHWORK_ALLOW_HOSTS: 'private,loopback', LATCHWORK_SAMPLE: 'off' };

let first: Installation;
let second: Installation;
let endpoint: Server;
let api: ApiClient;
const directories: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  endpoint = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"succeeded","output":"pushed"}');
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');

  first = await startInstallation({ dataDirectory: newDirectory(), environment: ENVIRONMENT });
  api = await openApi(first);
});

// A hook of its own: one start has the time of one start.
test.beforeAll(async () => {
  test.setTimeout(120_000);
  second = await startInstallation({
    dataDirectory: newDirectory(),
    environment: { ...ENVIRONMENT, DATABASE_URL: databaseUrlOf(first) },
  });
});

test.afterAll(async () => {
  // Of a start that failed there is nothing to stop.
  await (second as Installation | undefined)?.stop();
  await (first as Installation | undefined)?.stop();
  endpoint.close();
  directories.forEach(removeDataDirectory);
});

test('kill -9 of web, worker and Postgres in the middle of 1,000 instances loses nothing and opens each join once', async () => {
  const { port } = endpoint.address() as AddressInfo;
  await api.send('PUT', '/works/faults.pull', { name: 'Pulled', delivery: 'pull' });
  await api.send('PUT', '/works/faults.push', {
    name: 'Pushed',
    delivery: 'push',
    url: `http://127.0.0.1:${port}/`,
  });
  await api.send('POST', '/workflows', { key: 'faults', definition: DEFINITION });
  await api.send('POST', '/workflows/faults/publish', {});
  const key = await api.send<{ key: string }>('POST', '/api-keys', {
    name: 'faults',
    scopes: ['read', 'instances:write', 'tasks:report'],
  });

  await insist(first, key.key, '/workflows/faults/instances/batch', {
    instances: Array.from({ length: INSTANCES }, (_, index) => ({
      objectId: `object-${index}`,
      dedupeKey: `object-${index}`,
    })),
  });

  const working = { on: true };
  const workers = [first, second, first, second].map((installation) =>
    work(installation, key.key, working),
  );

  await untilFinished(INSTANCES * 0.1);
  await kill(first, 'web');
  await untilFinished(INSTANCES * 0.25);
  await kill(second, 'worker');
  await untilFinished(INSTANCES * 0.4);
  // An immediate shutdown: no checkpoint, no goodbye; recovery from the log at the next start.
  await kill(first, 'postgres', 'SIGQUIT');
  await untilFinished(INSTANCES * 0.55);
  await kill(second, 'web');
  await kill(first, 'worker');
  await untilFinished(INSTANCES * 0.7);
  await kill(first, 'postgres');
  await untilFinished(INSTANCES);
  working.on = false;
  await Promise.all(workers);

  await query(async (sql) => {
    expect(
      await sql`
        select i.status, count(*)::int
        from instance i join workflow w on w.id = i.workflow_id
        where w.key = 'faults'
        group by i.status
      `,
    ).toEqual([{ status: 'succeeded', count: INSTANCES }]);
    expect(
      await sql`
        select a.node, count(*)::int, count(distinct (a.instance_id, a.segment))::int as tasks
        from attempt a
        join instance i on i.id = a.instance_id
        join workflow w on w.id = i.workflow_id
        where w.key = 'faults' and a.outcome = 'succeeded'
        group by a.node
        order by a.node
      `,
    ).toEqual(
      // In the order of the plan: split, each with its three segments, pushed, join.
      [1, 3, 1, 1].map((segments, node) => ({
        node,
        count: INSTANCES * segments,
        tasks: INSTANCES * segments,
      })),
    );
    expect(await sql`select from task where work like 'faults.%'`).toHaveLength(0);
  });
});

function newDirectory(): string {
  const directory = newDataDirectory();
  directories.push(directory);
  return directory;
}

/** A worker: it claims, takes its time for nothing, reports, and asks again until it is heard. What it never heard of is lost with it. */
async function work(
  installation: Installation,
  key: string,
  working: { readonly on: boolean },
): Promise<void> {
  while (working.on) {
    const claimed = await call<{ tasks: { token: string; task: string }[] }>(
      installation,
      key,
      '/tasks/claim',
      { works: ['faults.pull'], max: 40, waitSeconds: 1, worker: 'faults' },
    ).catch(() => null);

    if (claimed !== null && claimed.tasks.length > 0) {
      await insist(installation, key, '/reports', {
        reports: claimed.tasks.map(({ token, task }) => ({ token, type: 'finish', output: task })),
      });
    } else if (claimed === null) {
      await aMoment();
    }
  }
}

/** Reports and creations are idempotent, so whoever got no answer says it again. */
async function insist(
  installation: Installation,
  key: string,
  route: string,
  body: object,
): Promise<void> {
  for (;;) {
    try {
      await call(installation, key, route, body);
      return;
    } catch {
      await aMoment();
    }
  }
}

async function call<Answer>(
  { url }: Installation,
  key: string,
  route: string,
  body: object,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${route}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) {
    throw new Error(`${route} answered ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as Answer;
}

async function untilFinished(count: number): Promise<void> {
  await expect
    .poll(
      () =>
        query(async (sql) => {
          const [row] = await sql<{ count: number }[]>`
            select count(*)::int
            from instance i join workflow w on w.id = i.workflow_id
            where w.key = 'faults' and i.status in ('succeeded', 'failed', 'cancelled')
          `;
          return row?.count ?? 0;
        }).catch(() => 0),
      { timeout: 120_000, intervals: [100] },
    )
    .toBeGreaterThanOrEqual(count);
}

async function query<Answer>(ask: (sql: postgres.Sql) => Promise<Answer>): Promise<Answer> {
  const sql = postgres(databaseUrlOf(first), { max: 1, connection: { search_path: 'latchwork' } });
  try {
    return await ask(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
