import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '#test/ports.ts';
import {
  PRODUCT_PARAMETERS,
  startEmbedded,
  TEST_PARAMETERS,
  type Embedded,
  type EmbeddedOptions,
} from './embedded.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-embedded-'));
const servers: Embedded[] = [];
const used = path.join(folder, 'used');
let homes = 0;

beforeAll(async () => {
  await (await startEmbedded(used, { parameters: TEST_PARAMETERS })).stop();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newHome(): string {
  homes += 1;
  return path.join(folder, `home-${homes}`);
}

/** As after a first start that was stopped, without the half second that initdb takes. */
function usedHome(): string {
  const home = newHome();
  execFileSync('cp', ['-a', used, home]);
  return home;
}

async function start(
  home: string,
  { parameters = TEST_PARAMETERS, port }: EmbeddedOptions = {},
): Promise<Embedded> {
  const server = await startEmbedded(home, { parameters, port });
  servers.push(server);
  return server;
}

async function query(server: Embedded, statement: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });

  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}

test('the first start makes a cluster, and a later one finds its rows on the wanted port', async () => {
  const home = newHome();
  const first = await start(home, { port: await freePort() });
  await query(first, 'create table kept as select 42 as answer');
  await first.stop();

  const second = await start(home, { port: first.port });

  expect(second.port).toBe(first.port);
  expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a server that runs already is shared, not started twice', async () => {
  const home = usedHome();
  const first = await start(home);
  const second = await start(home);

  expect(second).toMatchObject({ reused: true, pid: first.pid, port: first.port });
});

test('a kill -9 of the server loses nothing that was committed and needs no cleaning up', async () => {
  const home = usedHome();
  const durable = { parameters: PRODUCT_PARAMETERS, port: await freePort() };
  const first = await start(home, durable);
  await query(first, 'create table survived as select 42 as answer');

  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start(home, durable);

  expect(second.reused).toBe(false);
  expect(await query(second, 'select answer from survived')).toEqual([{ answer: 42 }]);
});

test('a lock file whose pid now belongs to another program does not stop the start', async () => {
  const home = usedHome();
  // As after the restart of a container, in which pids are counted from the start.
  writeFileSync(
    path.join(home, 'data', 'postmaster.pid'),
    `${process.pid}\n${home}\n1\n5432\n\n127.0.0.1\n\nready\n`,
  );

  expect((await start(home)).reused).toBe(false);
});

test('an initdb that was interrupted is begun again, and what it left is kept', async () => {
  const home = usedHome();
  rmSync(path.join(home, 'data', 'PG_VERSION'));

  expect(await query(await start(home), 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(readdirSync(home).some((name) => name.startsWith('data-incomplete-'))).toBe(true);
});

test('data of another major version is refused with what to do', async () => {
  const home = usedHome();
  writeFileSync(path.join(home, 'data', 'PG_VERSION'), '17\n');

  await expect(startEmbedded(home)).rejects.toThrow(
    /was written by Postgres 17, and this release brings Postgres 18/,
  );
});

test('text sorts and folds the same on every machine', async () => {
  const server = await start(usedHome());

  expect(await query(server, `select lower('ÀÉ') as folded, 'Z' < 'a' as sorted`)).toEqual([
    { folded: 'àé', sorted: true },
  ]);
});
