import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../test/database.ts';
import { openDatabase, type Database, type Queryable, type Transaction } from './database.ts';

let url: string;
/** Kills the connections of `db` from outside, as a crash of the server does. */
let killer: Database;
let db: Database;

beforeAll(async () => {
  url = await freshDatabase();
  killer = openDatabase({ url, name: 'killer' });
  db = openDatabase({ url, engineConnections: 3, name: 'victim' });
  await db.sql`create table kept (n int)`;
});
afterAll(() => Promise.all([killer.close(), db.close()]));

async function pidOf(sql: Queryable): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? 0;
}

async function killAll(): Promise<void> {
  await killer.sql`
    select pg_terminate_backend(pid, 60000) from pg_stat_activity where application_name = 'victim'
  `;
}

async function killOne(tx: Transaction): Promise<void> {
  const pid = await pidOf(tx);
  await killer.sql`select pg_terminate_backend(${pid}, 60000)`;
}

describe('a transaction whose connection is lost', () => {
  test('between two statements fails, and nothing more of it is said on another connection', async () => {
    const failing = db.transaction(async (tx) => {
      await tx`insert into kept values (1)`;
      await killOne(tx);
      await tx`insert into kept values (2)`;
      await tx`insert into kept values (3)`;
    });

    await expect(failing).rejects.toThrow(/connection|ECONNRESET/i);
    expect(await db.sql`select from kept`).toHaveLength(0);
  });

  test('in the middle of many statements at once fails', async () => {
    const failing = db.transaction(async (tx) => {
      const pid = await pidOf(tx);
      const statements = [
        tx`insert into kept values (1)`,
        tx`select pg_sleep(60)`,
        ...Array.from({ length: 200 }, () => tx`insert into kept values (2)`),
      ].map((statement) => statement.execute());
      const killed = killer.sql`select pg_terminate_backend(${pid}, 60000)`;
      await Promise.all([...statements, killed]);
    });

    await expect(failing).rejects.toThrow(/connection|ECONNRESET/i);
    expect(await db.sql`select from kept`).toHaveLength(0);
  });

  test('leaves the next one a connection that works, however often that happens', async () => {
    for (let round = 0; round < 10; round += 1) {
      await expect(db.transaction(killOne)).rejects.toThrow(/connection|ECONNRESET/i);
      expect(await db.transaction(async (tx) => (await tx`select 1 as one`)[0]?.one)).toBe(1);
    }
  });
});

test('when all connections are lost under load, what was going on fails or succeeds, nothing hangs, and all goes on', async () => {
  for (let round = 0; round < 5; round += 1) {
    const load = Array.from({ length: 60 }, (_, index) =>
      index % 2
        ? db.transaction(async (tx) => {
            await tx`insert into kept values (${index})`;
            await tx`insert into kept values (${index})`;
          })
        : db.sql`select ${index}::int`.then(() => {}),
    );
    const [outcomes] = await Promise.all([Promise.allSettled(load), killAll()]);
    expect(outcomes).toHaveLength(60);
    expect(await db.sql`select 1 as one`.catch(() => db.sql`select 1 as one`)).toMatchObject([
      { one: 1 },
    ]);
  }
  // Every transaction committed both of its rows, or neither.
  expect(await db.sql`select n from kept group by n having count(*) % 2 = 1`).toHaveLength(0);
});

test('listening goes on after its connection was lost', async () => {
  const heard: string[] = [];
  const twice = Promise.withResolvers<void>();
  let begun = 0;
  const onHeard = Promise.withResolvers<void>();
  const end = await db.listen(
    'news',
    (payload) => {
      heard.push(payload);
      onHeard.resolve();
    },
    () => {
      begun += 1;
      if (begun === 2) {
        twice.resolve();
      }
    },
  );

  await killAll();
  await twice.promise;
  await killer.sql`select pg_notify('news', 'again')`;
  await onHeard.promise;
  expect(heard).toEqual(['again']);
  await end();
});
