import { expect, test } from 'vitest';
import { freshDatabase } from '../test/database.ts';
import { asJson, openDatabase } from './database.ts';

test('many transactions at once never mix: each commits all it wrote, or nothing', async () => {
  const db = openDatabase({ url: await freshDatabase(), engineConnections: 3 });
  await db.sql`create table mixed (run int, part int)`;

  const outcomes = await Promise.allSettled(
    Array.from({ length: 300 }, (_, run) =>
      db.transaction(async (tx) => {
        await Promise.all([
          tx`insert into mixed values (${run}, 1)`,
          tx`insert into mixed values (${run}, 2)`,
        ]);
        if (run % 3 === 0) {
          throw new Error('on purpose');
        }
        if (run % 3 === 1) {
          await tx`select 1 / 0`;
        }
        await tx`insert into mixed values (${run}, 3)`;
      }),
    ),
  );

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
  expect(
    await db.sql`select count(*)::int as runs, min(parts)::int, max(parts)::int from (
      select run, count(*) as parts from mixed group by run
    ) as r where run % 3 = 2`,
  ).toMatchObject([{ runs: 100, min: 3, max: 3 }]);
  expect(await db.sql`select from mixed where run % 3 <> 2`).toHaveLength(0);
  expect(
    await db.sql`
      select from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'
    `,
  ).toHaveLength(0);
  await db.close();
});

test('a deadlock is run again', async () => {
  const url = await freshDatabase();
  const settings = openDatabase({ url });
  await settings.sql.unsafe(
    `alter database ${new URL(url).pathname.slice(1)} set deadlock_timeout = '10ms'`,
  );
  await settings.close();
  const db = openDatabase({ url, engineConnections: 3 });
  await db.sql`create table pair (id int primary key, n int)`;
  await db.sql`insert into pair values (1, 0), (2, 0)`;
  let runs = 0;
  const bothHaveOne = Promise.withResolvers<void>();

  const crosswise = (first: number, second: number) =>
    db.transaction(async (tx) => {
      await tx`update pair set n = n + 1 where id = ${first}`;
      runs += 1;
      if (runs === 2) {
        bothHaveOne.resolve();
      }
      await bothHaveOne.promise;
      await tx`update pair set n = n + 1 where id = ${second}`;
    });
  await Promise.all([crosswise(1, 2), crosswise(2, 1)]);

  // Both may be chosen as victims.
  expect(runs).toBeGreaterThan(2);
  expect(await db.sql`select n from pair`).toMatchObject([{ n: 2 }, { n: 2 }]);
  await db.close();
});

test('a JSON parameter may hold what Postgres cannot: it becomes U+FFFD', async () => {
  const db = openDatabase({ url: await freshDatabase() });
  const value = {
    text: 'a\u0000b',
    escaped: 'a\\u0000b\\ud800',
    halves: '\ud83d\ud83d \udc00\\',
    pair: '\u{1f600}',
    ['key\u0000\ud800']: 1,
  };

  expect(await db.sql`select ${asJson(value)}::text::jsonb as value`).toEqual([
    {
      value: {
        text: 'a\ufffdb',
        escaped: 'a\\u0000b\\ud800',
        halves: '\ufffd\ufffd \ufffd\\',
        pair: '\u{1f600}',
        ['key\ufffd\ufffd']: 1,
      },
    },
  ]);
  await db.close();
});
