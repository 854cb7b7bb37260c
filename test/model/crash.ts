/** A database on which a process dies: before the n-th statement it would say, or with the answer to the last one on its way. */
import type { Database, Sql, Transaction } from '#db/database.ts';

/**
 * - `fail`: the process says no more from that statement on; what it had begun is rolled back.
 * - `kill`: the server loses the connection there, in the middle of whatever is under way.
 * - `answer`: the n-th transaction is carried out, and nobody hears of it.
 */
export type Crash = { readonly at: number; readonly how: 'fail' | 'kill' | 'answer' };

export type Victim = {
  readonly db: Database;
  /** Whether it came that far. */
  readonly hasCrashed: () => boolean;
  /** Resolves when the server has done whatever it was told last: a process that dies does not wait for that. */
  readonly settled: () => Promise<void>;
};

export function crashing(db: Database, { at, how }: Crash): Victim {
  let said = 0;
  let crashed = false;
  const underWay = new Set<Promise<unknown>>();

  /** A statement, or a piece of one: its number does not matter, only that every place has its turn. */
  function saying<Target extends Sql | Transaction>(target: Target): Target {
    return new Proxy(target, {
      apply: (inner, self, args: unknown[]) => {
        const asked = () => watched(Reflect.apply(inner, self, args) as unknown, inner);
        if (!isTemplate(args[0]) || how === 'kill') {
          return asked();
        }
        if (how === 'fail') {
          said += 1;
          if (said === at + 1) {
            crashed = true;
            return inner`select crashed_here()`;
          }
        }
        return crashed ? inner`select crashed_before()` : asked();
      },
    });
  }

  /** Statements are sent when somebody awaits them; pieces of statements never are. Who lost its connection may try again. */
  function watched(made: unknown, target: Sql | Transaction): unknown {
    if (made instanceof Promise) {
      const then = made.then.bind(made);
      Reflect.set(made, 'then', (...args: Parameters<typeof then>) => {
        const isLast = how === 'kill' && !crashed && said === at;
        said += how === 'kill' ? 1 : 0;
        crashed ||= isLast;
        const sent = isLast ? kill(target).then(...args) : then(...args);
        underWay.add(sent);
        return sent;
      });
    }
    return made;
  }

  async function transaction<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
    if (crashed && how === 'answer') {
      throw new Error('dead already');
    }
    const answer = await db.transaction((tx) => work(saying(tx)));
    if (how === 'answer') {
      said += 1;
      if (said === at + 1) {
        crashed = true;
        throw new Error('nobody hears the answer');
      }
    }
    return answer;
  }

  return {
    // `drizzle` is a getter.
    db: { ...db, drizzle: db.drizzle, sql: saying(db.sql), transaction },
    hasCrashed: () => crashed,
    settled: async () => {
      await Promise.allSettled(underWay);
    },
  };
}

/** It sleeps until it is struck. */
function kill(sql: Sql | Transaction) {
  return sql`select pg_terminate_backend(pg_backend_pid()), pg_sleep(10)`;
}

function isTemplate(value: unknown): boolean {
  return Array.isArray(value) && 'raw' in value;
}
