import { eq } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import { projects } from '#db/schema.ts';

/** The project of people, who cannot choose one yet. The first migration makes it. */
const DEFAULT_PROJECT = 'default';

const found = new WeakMap<Database, Promise<number>>();

/** Its id, asked for once per process. */
export function defaultProject(db: Database): Promise<number> {
  const known = found.get(db) ?? find(db);
  found.set(db, known);
  known.catch(() => found.delete(db));

  return known;
}

async function find(db: Database): Promise<number> {
  const [row] = await db.drizzle
    .select({ id: projects.id })
    .from(projects)
    .where(eq(projects.key, DEFAULT_PROJECT));

  if (row === undefined) {
    throw new Error(`the project "${DEFAULT_PROJECT}" is missing`);
  }
  return row.id;
}
