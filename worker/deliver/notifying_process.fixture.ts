/** A process that sends the notifications of one receiver, for tests that kill it: `<database url> <target> <time that it is>`. */
import { openDatabase } from '#db/database.ts';
import { startNotifying } from './notifying.ts';

const [, , url = '', target = '', now = ''] = process.argv;
const db = openDatabase({ url, engineConnections: 2, readConnections: 1, name: 'to be killed' });
const quiet = () => undefined;

startNotifying({
  db,
  clock: () => new Date(now),
  log: { info: quiet, warn: quiet, error: quiet },
  publicUrl: 'https://latchwork.example',
  policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
}).wake({ projectId: 1, target });
