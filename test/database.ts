import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, inject, onTestFinished } from 'vitest';

/**
 * The URL of a migrated, empty database of the caller's own, gone when the test is done, or the file, of one that was asked for in
 * `beforeAll`. About 20 ms: there is one for each test where tests would see each other's rows.
 */
export async function freshDatabase(): Promise<string> {
  const template = inject('templateUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;

  await onServer(template, `create database ${name} template latchwork`);
  dropWhenDone(template, name);

  return databaseUrl(template, name);
}

function dropWhenDone(template: string, name: string): void {
  // Nobody is cut off who is still hanging up: what is in use goes with the server.
  const drop = () =>
    onServer(template, `drop database if exists ${name}`).catch((error: unknown) => {
      if (!(error instanceof postgres.PostgresError) || error.code !== OBJECT_IN_USE) throw error;
    });

  // What a test asked for last ends first: connections to it are closed by then.
  try {
    onTestFinished(drop);
  } catch {
    // Outside of a test it throws, whereas `afterAll` inside of one says nothing and does nothing.
    afterAll(drop);
  }
}

const OBJECT_IN_USE = '55006';

/** A template must have no open connection, so the statement is said from the maintenance database. */
async function onServer(template: string, statement: string): Promise<void> {
  const sql = postgres(databaseUrl(template, 'postgres'), { max: 1, onnotice: () => undefined });

  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

function databaseUrl(template: string, name: string): string {
  const url = new URL(template);
  url.pathname = `/${name}`;
  return url.href;
}
