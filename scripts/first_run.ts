/** What the first start makes in the database beside the tables, and every later one finds. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { openDatabase, type Database } from '#db/database.ts';
import { createApiKey } from '#operations/apiKeys/create.ts';
import { verifyApiKey } from '#operations/apiKeys/verify.ts';
import type { Context, Logger } from '#operations/context.ts';
import { defaultProject } from '#operations/projects/default.ts';
import { isRefusal } from '#operations/refusal.ts';
import { ensureAdmin } from '#operations/users/ensure_admin.ts';
import type { Settings } from '../settings.ts';
import { say } from './terminal.ts';

const log: Logger = {
  info: () => undefined,
  warn: (_, message) => say(message),
  error: (_, message) => say(message),
};

/** The admin's e-mail, and the password if it was generated just now. */
export async function ensureFirstPerson(
  url: string,
  { adminEmail, adminPassword }: Settings,
): Promise<{ readonly email: string; readonly password?: string }> {
  return withDatabase(url, async (db) =>
    ensureAdmin(await systemContext(db), { email: adminEmail, password: adminPassword }),
  );
}

/** The API key of the sample's loader and worker, from the file; a new one if the database does not know it (any more). */
export async function ensureSampleKey(url: string, file: string): Promise<string> {
  return withDatabase(url, async (db) => {
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    const verified = await verifyApiKey({ db, clock: () => new Date() }, kept);
    if (!isRefusal(verified)) return kept;

    const made = await createApiKey(await systemContext(db), {
      name: 'Sample worker',
      scopes: ['read', 'workflows:write', 'tasks:report'],
    });
    if (isRefusal(made)) throw new Error(made.message);

    keep(file, made.key);
    return made.key;
  });
}

/** Whole or not at all. */
function keep(file: string, text: string): void {
  const unfinished = `${file}.${randomUUID()}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}

async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({
    url,
    name: 'latchwork set-up',
    engineConnections: 1,
    readConnections: 1,
  });

  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

async function systemContext(db: Database): Promise<Context> {
  return {
    db,
    projectId: await defaultProject(db),
    actor: { kind: 'system' },
    clock: () => new Date(),
    log,
  };
}
