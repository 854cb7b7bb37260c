/**
 * `npm run verify`: works every instance that has not ended out once more from its rows, and says what does not fit. It changes nothing and
 * may run beside everything else. Ends with 1 if there is anything to say.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '#db/database.ts';
import { reconcileAll } from '#operations/instances/reconcile.ts';
import { describeProblems, readSettings } from '../settings.ts';
import { embeddedDatabase, ownDatabase } from './database.ts';
import { say } from './terminal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = readSettings(process.env);
if (!read.ok) {
  process.stderr.write(`${describeProblems(read.problems)}\n`);
  process.exit(1);
}
const { databaseUrl, dataDirectory } = read.settings;

await using running = new AsyncDisposableStack();
const database =
  databaseUrl === undefined
    ? await embeddedDatabase(path.resolve(root, dataDirectory), say)
    : ownDatabase(databaseUrl);
running.defer(() => database.stop());
const db = openDatabase({ url: database.url, engineConnections: 1, name: 'latchwork verify' });
running.defer(() => db.close());

const { looked, drift } = await reconcileAll({
  db,
  projectId: 0,
  actor: { kind: 'system' },
  clock: () => new Date(),
  log: { info: () => {}, warn: () => {}, error: () => {} },
});

for (const { rule, instanceId, message } of drift) {
  say(`${instanceId} ${rule}: ${message}`);
}
say(
  drift.length === 0
    ? `${looked} instances that have not ended: nothing is amiss`
    : `${looked} instances that have not ended: ${drift.length} things are amiss`,
);
process.exitCode = drift.length === 0 ? 0 : 1;
