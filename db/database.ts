import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { guard, isDatabaseGone, listen, openPool, type Client, type Pool } from './pool.ts';

export type Sql = postgres.Sql;
/** A connection inside a transaction. Queries that are not awaited one by one are sent together, in order. */
export type Transaction = postgres.ReservedSql;
/** Anything that runs SQL: outside of a transaction, or in one. */
export type Queryable = Sql | Transaction;

export type Database = {
  /** Raw client of the engine: dates come as Date, JSON parsed. Its plans are made once, for whatever keys. */
  readonly sql: Sql;
  /** Raw client of lists and pages, whose filters deserve a plan each. */
  readonly reads: Sql;
  /** For simple reads. A client of its own, because Drizzle replaces the parsers of the client it is given. */
  readonly drizzle: PostgresJsDatabase;
  transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /**
   * Calls back with the payload of each NOTIFY on the channel, until the returned function is called. A lost connection is made anew;
   * `onListen` is called each time listening (again) begins, since what was said in between was missed.
   */
  listen: (
    channel: string,
    onNotify: (payload: string) => void,
    onListen?: () => void,
  ) => Promise<() => Promise<void>>;
  close: () => Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  /** Connections of the engine (default 10) and of lists and pages (default 5). */
  readonly engineConnections?: number;
  readonly readConnections?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
};

export const SCHEMA = 'latchwork';

/** Deadlocks and serialization failures: the transaction did nothing and may simply be run again. */
const RUN_AGAIN = new Set(['40P01', '40001']);
const MOST_RUNS = 5;

/** Drizzle has the simplest reads only. */
const ORM_CONNECTIONS = 2;
const CONNECT_SECONDS = 10;
const LONGEST_BACKOFF_SECONDS = 1;

export function openDatabase(options: DatabaseOptions): Database {
  const connection = {
    application_name: options.name ?? 'latchwork',
    search_path: `${SCHEMA},public`,
    // Every hot statement joins a short list of keys to a large table by its index. Whatever the statistics say of a table that was
    // empty a moment ago, its whole scan is never wanted.
    enable_seqscan: 'off',
    // JIT pays for analytics only; on our statements it costs tens of milliseconds.
    jit: 'off',
  };
  const common = {
    connection,
    onnotice: () => {},
    connect_timeout: CONNECT_SECONDS,
    // Left to itself postgres.js waits up to 20 s between attempts: longer than most restarts of a database take.
    backoff: (attempt: number) => Math.min(LONGEST_BACKOFF_SECONDS, 0.05 * 2 ** attempt),
  };
  const engine = openPool(options.url, {
    ...common,
    // The engine's statements are few and go by keys: planning each anew was measured to be a fifth to a half of their cost.
    connection: {
      ...connection,
      plan_cache_mode: 'force_generic_plan',
      // Such a plan outlives the statistics that it was made from: one that read a small table whole would go on when it is large.
      enable_hashjoin: 'off',
      enable_mergejoin: 'off',
    },
    max: options.engineConnections ?? 10,
  });
  const custom = { ...common, connection: { ...connection, plan_cache_mode: 'force_custom_plan' } };
  const reads = openPool(options.url, { ...custom, max: options.readConnections ?? 5 });
  const ormReads = openPool(options.url, { ...custom, max: ORM_CONNECTIONS });
  const orms = new WeakMap<Client, PostgresJsDatabase>();
  const listeners = new Set<() => Promise<void>>();

  return {
    sql: engine.sql,
    reads: reads.sql,
    get drizzle() {
      const client = ormReads.client();
      const orm = orms.get(client) ?? drizzle(client.sql);
      orms.set(client, orm);
      return orm;
    },
    transaction: (work) => transaction(engine, work),
    listen: async (channel, onNotify, onListen = () => {}) => {
      const end = await listen(options.url, common, channel, { onNotify, onListen });
      listeners.add(end);
      return async () => {
        listeners.delete(end);
        await end();
      };
    },
    close: async () => {
      await Promise.all([
        engine.close(),
        reads.close(),
        ormReads.close(),
        ...[...listeners].map((end) => end()),
      ]);
    },
  };
}

/**
 * The only place that says BEGIN. The connection is reserved first: `sql.begin` of postgres.js 3.4 may send BEGIN on a connection that
 * it shares (its issues #823, #1189, #1204). BEGIN is not awaited, so that it travels with the first statement.
 *
 * `work` is run again after a deadlock or serialization failure; it must not touch anything but the database.
 *
 * @throws ConnectionLost when the database goes away meanwhile. A commit that was under way may have got through.
 */
async function transaction<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    const client = pool.client();
    const reserved = await Promise.race([client.sql.reserve(), client.lost]);
    const tx = guard(client, reserved);

    try {
      const begun = tx`begin`.execute();
      const [answer] = await Promise.all([work(tx), begun]);
      await tx`commit`;
      return answer;
    } catch (error) {
      if (client.isLost) {
        throw error;
      }
      // Lost with its connection, it is rolled back by the server.
      await tx`rollback`.catch(() => {});
      if (run === MOST_RUNS || !isRunAgain(error)) {
        throw error;
      }
    } finally {
      if (!client.isLost) {
        reserved.release();
      }
    }
  }
}

function isRunAgain(error: unknown): boolean {
  return error instanceof postgres.PostgresError && RUN_AGAIN.has(error.code);
}

/** Postgres, or the writing of JSON, will not have these values however often they are sent: out of range, too long, nested too deeply. */
export function isUnstorable(error: unknown): boolean {
  return (
    error instanceof RangeError ||
    (error instanceof postgres.PostgresError && /^(?:22|54)/.test(error.code))
  );
}

/**
 * A fault of Postgres that does not come from what it was asked to write: it is away, its disk is full, somebody stopped the statement. Nobody
 * is to blame, and the same may work later.
 */
export function mayPass(error: unknown): boolean {
  return (
    isDatabaseGone(error) ||
    (error instanceof postgres.PostgresError && !/^(?:22|23|54)/.test(error.code))
  );
}

/**
 * A JSON parameter. Cast it in the statement: `${asJson(rows)}::text::jsonb` (without `::text` postgres.js would encode it twice).
 * What JSON allows and Postgres does not, U+0000 and halves of surrogate pairs, becomes U+FFFD.
 */
export function asJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.includes('\\u0000') || text.includes('\\ud')
    ? text.replace(UNSTORABLE_ESCAPE, '$1\\ufffd')
    : text;
}

/** Whole pairs are not escaped by `JSON.stringify`. */
const UNSTORABLE_ESCAPE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** A text as Postgres will have it: to be compared with what comes back. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}
