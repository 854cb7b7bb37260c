import { openDatabase } from '#db/database.ts';
import type { Database } from '#db/database.ts';
import type { Context, Logger } from '#operations/context.ts';
import type { Refusal } from '#operations/refusal.ts';
import { verifyPassword } from '#operations/users/verify_password.ts';
import type { SignedIn } from '#operations/users/verify_password.ts';
import { readSettings } from '../../../settings.ts';

/**
 * Next bundles its own copy of every module, so the connections that server.ts has opened cannot be seen from here. Signing in is
 * rare: it has one of its own, opened when it is first needed and kept over hot reloads.
 */
const HELD = Symbol.for('latchwork.sign-in database');
const holder = globalThis as { [HELD]?: Database };

function database(): Database {
  const read = readSettings();
  if (!read.ok || read.settings.databaseUrl === undefined) {
    throw new Error('DATABASE_URL is needed to sign anybody in');
  }

  holder[HELD] ??= openDatabase({
    url: read.settings.databaseUrl,
    name: 'latchwork sign-in',
    engineConnections: 1,
    readConnections: 1,
  });
  return holder[HELD];
}

const QUIET: Logger = { info: () => {}, warn: () => {}, error: () => {} };

export function signIn(input: { email: string; password: string }): Promise<SignedIn | Refusal> {
  const ctx: Context = {
    db: database(),
    projectId: 0, // people belong to the whole installation
    actor: { kind: 'system' },
    clock: () => new Date(),
    log: QUIET,
  };

  return verifyPassword(ctx, input);
}
