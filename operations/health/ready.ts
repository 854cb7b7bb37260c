import type { Database } from '#db/database.ts';
import { knownMigrations } from '#db/migrate.ts';
import { countAlive } from '#db/processes.ts';

export type Readiness = {
  readonly ready: boolean;
  /** Each: `ok`, or a sentence that says what is wrong. */
  readonly checks: Readonly<Record<'database' | 'migrations' | 'worker', string>>;
};

const OK = 'ok';

/** Whether this installation can do its work: the database answers, its schema is ours, and a worker process lives. */
export async function checkReadiness(db: Database): Promise<Readiness> {
  try {
    const [applied, known, workers] = await Promise.all([
      db.sql<{ name: string }[]>`select name from migration`,
      knownMigrations(),
      countAlive(db.sql, 'worker'),
    ]);
    const names = new Set(applied.map(({ name }) => name));
    const missing = known.filter((name) => !names.has(name));

    return judge({
      database: OK,
      migrations: missing.length === 0 ? OK : `not applied: ${missing.join(', ')}`,
      worker: workers > 0 ? OK : 'no worker process has been seen lately',
    });
  } catch {
    const unknown = 'unknown, since the database does not answer';
    return judge({ database: 'does not answer', migrations: unknown, worker: unknown });
  }
}

function judge(checks: Readiness['checks']): Readiness {
  return { ready: Object.values(checks).every((check) => check === OK), checks };
}
