/** A throw-away installation to measure: its own embedded database, with the product's parameters and default durability. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, type Database } from '#db/database.ts';
import { PRODUCT_PARAMETERS, startEmbedded, type Embedded } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import type { Context } from '#operations/context.ts';
import { retain } from '#operations/sweeps/retain.ts';
import { STATEMENT_PARAMETERS } from './profile/statements.ts';
import { startProgram, type Program, type ProgramName } from './programs.ts';
import { say } from './say.ts';

export type Installation = {
  readonly db: Database;
  readonly ctx: Context;
  readonly postgres: Embedded;
  readonly profile: boolean;
  /** Web and worker processes; none where operations are called in this one. */
  readonly programs: readonly Program[];
  readonly start: (name: ProgramName) => Promise<Program>;
  readonly stop: () => Promise<void>;
};

export async function install({ profile }: { readonly profile: boolean }): Promise<Installation> {
  const home = mkdtempSync(path.join(tmpdir(), 'latchwork-bench-'));
  const postgres = await startEmbedded(path.join(home, 'postgres'), {
    parameters: { ...PRODUCT_PARAMETERS, ...(profile ? STATEMENT_PARAMETERS : {}) },
  });
  const programs: Program[] = [];
  let db: Database | undefined;

  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop()));
    await db?.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  };

  try {
    await migrate(postgres.url);
    db = openDatabase({ url: postgres.url, name: 'bench' });
    const ctx = contextOf(db);
    await retain(ctx, { retentionDays: 0 });

    return {
      db,
      ctx,
      postgres,
      profile,
      programs,
      stop,
      async start(name) {
        const program = await startProgram(name, {
          databaseUrl: postgres.url,
          dataDirectory: home,
          webPort: programs.find((one) => one.name === 'web')?.port,
          profile,
        });
        programs.push(program);
        return program;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function contextOf(db: Database): Context {
  return {
    db,
    projectId: 1,
    actor: { kind: 'system' },
    clock: () => new Date(),
    // Standard output is for the one line of figures.
    log: { info: () => {}, warn: complain, error: complain },
  };
}

function complain(facts: object, message: string): void {
  say(`${message}: ${JSON.stringify(facts)}`);
}
