import { uuidv7Floor } from '#db/uuid.ts';
import type { Context } from '../context.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** Partitions are made this many weeks ahead, so that a worker may rest for a month. */
const WEEKS_AHEAD = 5;
const IDEMPOTENCY_DAYS = 1;

const PARTITIONED = ['attempt', 'instance_event'] as const;

/** Makes the weekly partitions of the coming weeks and forgets idempotency keys after a day. */
export async function retain(ctx: Context): Promise<{ readonly partitions: number }> {
  const now = ctx.clock().getTime();
  const thisWeek = Math.floor(now / WEEK_MS) * WEEK_MS;
  let partitions = 0;

  for (let week = 0; week <= WEEKS_AHEAD; week += 1) {
    for (const table of PARTITIONED) {
      const made = await makePartition(ctx, table, new Date(thisWeek + week * WEEK_MS));
      partitions += made ? 1 : 0;
    }
  }
  await ctx.db.sql`
    delete from idempotency where created_at < ${new Date(now - IDEMPOTENCY_DAYS * DAY_MS)}
  `;

  return { partitions };
}

/** False if it was there, or if its rows are in the default partition already, where they may stay. */
async function makePartition(ctx: Context, table: string, from: Date): Promise<boolean> {
  const { sql } = ctx.db;
  const name = `${table}_${from.toISOString().slice(0, 10).replaceAll('-', '')}`;
  const [there] = await sql<{ name: string | null }[]>`select to_regclass(${name}) as name`;
  if (there?.name !== null) {
    return false;
  }

  try {
    await sql.unsafe(
      `create table ${name} partition of ${table}
       for values from ('${uuidv7Floor(from)}') to ('${uuidv7Floor(new Date(from.getTime() + WEEK_MS))}')`,
    );
    return true;
  } catch (error) {
    ctx.log.warn(
      { error, name },
      'a partition could not be made; its rows stay in the default one',
    );
    return false;
  }
}
