import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freshDatabase } from '#test/database.ts';
import { openDatabase, type Database } from './database.ts';
import { beat, countAlive, leave, recoverJobs } from './processes.ts';

let db: Database;

beforeAll(async () => {
  db = openDatabase({ url: await freshDatabase() });
});
afterAll(() => db.close());

beforeEach(async () => {
  await db.sql`delete from process`;
  await db.sql`delete from graphile_worker._private_jobs`;
});

const worker = (id: string) => ({ id, kind: 'worker', host: 'here', pid: 1 }) as const;

async function hold(pool: string): Promise<void> {
  await db.sql`select graphile_worker.add_job('sweep')`;
  await db.sql`
    update graphile_worker._private_jobs
    set locked_by = ${pool}, locked_at = now() - interval '1 minute'
    where locked_by is null
  `;
}

async function holders(): Promise<unknown[]> {
  const rows = await db.sql`select locked_by from graphile_worker.jobs order by locked_by`;
  return rows.map((row) => row.locked_by as unknown);
}

async function lastSeen(id: string, secondsAgo: number): Promise<void> {
  await db.sql`
    update process set seen_at = now() - make_interval(secs => ${secondsAgo}) where id = ${id}
  `;
}

test('a process is alive while it beats and gone when it leaves', async () => {
  await beat(db.sql, [worker('pool-a'), worker('pool-b')]);
  await beat(db.sql, [worker('pool-a'), worker('pool-b')]);
  expect(await countAlive(db.sql, 'worker')).toBe(2);
  expect(await countAlive(db.sql, 'web')).toBe(0);

  await leave(db.sql, ['pool-a']);
  expect(await countAlive(db.sql, 'worker')).toBe(1);
});

test('the jobs of a pool that stopped beating are given back, those of a living one are not', async () => {
  await beat(db.sql, [worker('pool-dead'), worker('pool-alive')]);
  await hold('pool-dead');
  await hold('pool-alive');
  await hold('pool-never-seen');
  await lastSeen('pool-dead', 60);

  expect(await recoverJobs(db.sql)).toBe(2);
  expect(await holders()).toEqual(['pool-alive', null, null]);
  expect(await recoverJobs(db.sql)).toBe(0);
});

test('a lock that was just taken is left alone: its pool may not have said hello yet', async () => {
  await hold('pool-new');
  await db.sql`update graphile_worker._private_jobs set locked_at = now()`;

  expect(await recoverJobs(db.sql)).toBe(0);
  expect(await holders()).toEqual(['pool-new']);
});
