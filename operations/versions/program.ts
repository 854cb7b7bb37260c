import { compileProgram, type Program } from '#engine/program.ts';
import type { Plan } from '#engine/plan.ts';
import type { Database, Queryable } from '#db/database.ts';

/** A published version ready to run, with the names that its instances are known by. */
export type VersionProgram = {
  readonly projectId: number;
  readonly versionId: number;
  readonly workflowId: number;
  readonly workflow: string;
  readonly version: number;
  readonly program: Program;
};

type VersionRow = Omit<VersionProgram, 'program'> & { readonly plan: Plan };

/** Published versions never change, so what is loaded once stays true. The oldest loaded goes first when it gets too many. */
const MOST_PROGRAMS = 1_000;
const caches = new WeakMap<Database, Map<number, VersionProgram>>();

function cacheOf(db: Database): Map<number, VersionProgram> {
  const cache = caches.get(db) ?? new Map<number, VersionProgram>();
  caches.set(db, cache);
  return cache;
}

/**
 * The programs of versions by version id, from memory where they are known.
 *
 * @throws Error if a version does not exist or is a draft: whoever names one read its id from a row of its instances.
 */
export async function loadPrograms(
  db: Database,
  sql: Queryable,
  versionIds: Iterable<number>,
): Promise<(versionId: number) => VersionProgram> {
  const cache = cacheOf(db);
  const asked = new Set(versionIds);
  const missing = [...asked].filter((id) => !cache.has(id));

  if (missing.length > 0) {
    const rows = await sql<VersionRow[]>`
      select
        v.project_id as "projectId",
        v.id as "versionId",
        v.workflow_id as "workflowId",
        w.key as workflow,
        v.number as version,
        v.plan
      from version v
      join workflow w on w.project_id = v.project_id and w.id = v.workflow_id
      where v.id = any(${missing}::int[]) and v.plan is not null
    `;
    for (const { plan, ...names } of rows) {
      cache.set(names.versionId, { ...names, program: compileProgram(plan) });
    }
  }

  const found = new Map([...asked].map((id) => [id, cache.get(id)]));
  for (const id of [...cache.keys()].slice(0, Math.max(0, cache.size - MOST_PROGRAMS))) {
    cache.delete(id);
  }

  return (versionId) => {
    const program = found.get(versionId);
    if (program === undefined) {
      throw new Error(`version ${versionId} has no plan`);
    }
    return program;
  };
}
