import type { Database } from '#db/database.ts';

const known = new WeakMap<Database, Map<number, string>>();

/** Keys of workflows by id, from memory where they are known: a workflow never changes its key. Deleted ones are left out. */
export async function workflowKeys(
  db: Database,
  projectId: number,
  ids: Iterable<number>,
): Promise<string[]> {
  const cache = known.get(db) ?? new Map<number, string>();
  known.set(db, cache);
  const asked = [...ids];
  const missing = asked.filter((id) => !cache.has(id));

  if (missing.length > 0) {
    const rows = await db.sql<{ id: number; key: string }[]>`
      select id, key from workflow where project_id = ${projectId} and id = any(${missing}::int[])
    `;
    for (const { id, key } of rows) {
      cache.set(id, key);
    }
  }
  return asked.flatMap((id) => cache.get(id) ?? []);
}
