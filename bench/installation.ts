/** A throw-away installation to measure: its own embedded database, with the product's parameters and default durability. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, type Database } from '#db/database.ts';
import { PRODUCT_PARAMETERS, startEmbedded, type Embedded } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import type { Definition } from '#engine/definition.ts';
import { compilePlan } from '#engine/plan.ts';
import type { Context } from '#operations/context.ts';
import { retain } from '#operations/sweeps/retain.ts';

export type Installation = {
  readonly url: string;
  readonly db: Database;
  readonly ctx: Context;
  readonly postgres: Embedded;
  readonly stop: () => Promise<void>;
};

export async function install(): Promise<Installation> {
  const home = mkdtempSync(path.join(tmpdir(), 'latchwork-bench-'));
  const postgres = await startEmbedded(path.join(home, 'postgres'), {
    parameters: { ...PRODUCT_PARAMETERS, ...(process.env.PGSS ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' } : {}) },
  });
  await migrate(postgres.url);
  const db = openDatabase({ url: postgres.url, name: 'bench' });
  const ctx: Context = {
    db,
    projectId: 1,
    actor: { kind: 'system' },
    clock: () => new Date(),
    log: console,
  };
  await retain(ctx);

  return {
    url: postgres.url,
    db,
    ctx,
    postgres,
    stop: async () => {
      await db.close();
      await postgres.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** `steps` tasks in a row, each of a work of the same name. */
export function chainOf(steps: number): Definition {
  const keys = Array.from({ length: steps }, (_, index) => `step${index + 1}`);

  return {
    schemaVersion: 1,
    nodes: keys.map((key) => ({ key, type: 'task' as const, work: 'step' })),
    edges: keys.slice(1).map((to, index) => ({ from: keys[index] ?? '', to })),
  };
}

/** Makes a workflow with one published version, and its works. */
export async function publish(
  { db }: Installation,
  key: string,
  definition: Definition,
  work: Readonly<Record<string, string | boolean | null>> = {},
): Promise<void> {
  const now = new Date();
  const [workflow] = await db.sql<{ id: number }[]>`
    insert into workflow (project_id, key, name, last_version, published_version, created_at, updated_at)
    values (1, ${key}, ${key}, 1, 1, ${now}, ${now})
    returning id
  `;
  await db.sql`
    insert into version (
      project_id, workflow_id, number, status, definition, plan, updated_by, updated_at, published_at
    )
    values (
      1, ${workflow?.id ?? 0}, 1, 'published', ${JSON.stringify(definition)}::text::json,
      ${JSON.stringify(compilePlan(definition))}::text::jsonb, 'bench', ${now}, ${now}
    )
  `;
  const works = new Set(definition.nodes.flatMap((node) => ('work' in node ? [node.work] : [])));
  for (const name of works) {
    const columns = { project_id: 1, key: name, name, created_at: now, updated_at: now, ...work };
    await db.sql`insert into work ${db.sql(columns)} on conflict do nothing`;
  }
}

/** CPU time of all processes of the cluster so far (ms), by /proc; 0 where there is none. */
export function databaseCpuMs({ pid }: Embedded): number {
  const tick = 10;
  let total = 0;
  for (const child of descendants(pid)) {
    try {
      const fields = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      // utime, stime, and those of reaped children, counted from the third field.
      total += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0) * tick;
    } catch {
      // It ended meanwhile; its time is in its parent's.
    }
  }
  return total;
}

function descendants(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  } catch {
    return [];
  }
}
