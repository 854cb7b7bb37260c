/**
 * `npm start`, `npm run dev` and `npm run demo`: everything that one machine needs to run Latchwork, from nothing.
 *
 *     settings ─┬─> build ───────────────────┐                  ┌ server.ts        (web)
 *               └─> database ─> migrations ──┴─> supervise ─────┼ worker/main.ts   (jobs)
 *                                                               └ the sample's worker, if wanted
 *
 * Nothing but the embedded database survives us: the others end when our channel to them closes, however we end.
 */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrate } from '#db/migrate.ts';
import { askedToStop } from '../lifecycle.ts';
import { describeProblems, readSettings, type Settings } from '../settings.ts';
import { buildIfChanged } from './build.ts';
import { embeddedDatabase, ownDatabase, type InstallationDatabase } from './database.ts';
import { ensureFirstPerson } from './first_run.ts';
import { freePort } from './free_port.ts';
import { localUrl, publicUrl, superviseProgram, type Installation } from './installation.ts';
import { startSample } from './sample.ts';
import type { Supervised } from './supervise.ts';
import { say, step } from './terminal.ts';
import { watchSources } from './watch.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const READY_MS = 60_000;
const READY_POLL_MS = 100;

/** Thrown to leave the story early; not a failure. */
class Stopped extends Error {}

const command = process.argv[2];
const mode = command === 'dev' ? 'development' : 'production';
const stopAsked = askedToStop();
// Whoever reads our words may go away before us.
process.stdout.on('error', () => undefined);

try {
  await main(settingsOrExit());
} catch (error) {
  if (!(error instanceof Stopped)) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
process.exit(0);

async function main(settings: Settings): Promise<void> {
  await using running = new AsyncDisposableStack();
  const dataDirectory = path.resolve(root, settings.dataDirectory);

  const building = new AbortController();
  running.defer(() => building.abort());
  const built = mode === 'development' ? Promise.resolve() : buildPages(building.signal);
  built.catch(() => undefined); // it is awaited below, unless something else fails first

  const opening = openInstallationDatabase(settings, dataDirectory);
  running.defer(async () => (await opening.catch(() => undefined))?.stop());
  const database = await unlessStopped(step('Starting the database', () => opening));
  await unlessStopped(step('Bringing its tables up to date', () => prepareTables(database)));
  await unlessStopped(built);

  const port = await freePort(settings.host, settings.port);
  if (port !== settings.port) say(`Port ${settings.port} is taken; this one is on ${port}.`);
  const installation = { root, mode, settings, dataDirectory, database, port } as const;

  const children: Supervised[] = [];
  running.defer(() => stopAll(children));
  const web = superviseProgram(installation, 'web', ['server.ts']);
  const worker = superviseProgram(installation, 'worker', ['worker/main.ts']);
  children.push(web, worker);

  await unlessStopped(
    step('Starting the web and worker processes', async () => {
      await Promise.all([web.ready, worker.ready]);
      await answersReady(`${localUrl(installation)}/readyz`);
    }),
  );
  if (wantsSample(installation)) {
    const sample = await unlessStopped(startSample(installation));
    children.push(sample);
    await unlessStopped(sample.ready);
  }
  if (mode === 'development') {
    watchSources(root, () => {
      web.restart();
      worker.restart();
    });
  }

  const person = await unlessStopped(ensureFirstPerson(database.url, settings));
  say(summary(installation, person));
  await stopAsked;
}

function settingsOrExit(): Settings {
  const read = readSettings();
  if (read.ok) return read.settings;

  process.stderr.write(`${describeProblems(read.problems)}\n`);
  process.exit(1);
}

async function buildPages(signal: AbortSignal): Promise<void> {
  const built = await step('Building the pages', () => buildIfChanged(root, signal));
  if (!built.ok) throw new Error(`The pages cannot be built:\n${built.output}`);
}

function openInstallationDatabase(
  { databaseUrl }: Settings,
  dataDirectory: string,
): Promise<InstallationDatabase> {
  return databaseUrl === undefined
    ? embeddedDatabase(dataDirectory, say)
    : Promise.resolve(ownDatabase(databaseUrl));
}

async function prepareTables({ url, description }: InstallationDatabase): Promise<void> {
  try {
    await migrate(url);
  } catch (error) {
    const reason = (error as Error).message || String(error);
    throw new Error(`The database ${description} cannot be used: ${reason}`, { cause: error });
  }
}

/** /readyz asks the database, and for a worker that beats. */
async function answersReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  let last = 'nothing';

  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      last = `${response.status} ${await response.text()}`;
    } catch (error) {
      last = (error as Error).message;
    }
    await pause(READY_POLL_MS);
  }

  throw new Error(`${url} does not become ready; its last answer: ${last}.`);
}

function wantsSample({ settings: { sample }, database }: Installation): boolean {
  return command === 'demo' || sample === 'on' || (sample === 'auto' && database.embedded);
}

async function stopAll(children: readonly Supervised[]): Promise<void> {
  say('Stopping …');
  // Asked a second time: at once.
  const kill = (): void => children.forEach((child) => child.kill());
  process.on('SIGINT', kill);
  process.on('SIGTERM', kill);

  await Promise.all(children.map((child) => child.stop()));
}

function summary(
  installation: Installation,
  person: { readonly email: string; readonly password?: string },
): string {
  const { database, dataDirectory } = installation;
  const lines: [string, string][] = [
    ['Open', publicUrl(installation)],
    ['Sign in as', person.email],
    ...(person.password === undefined
      ? []
      : ([['Password', `${person.password}   (shown this once)`]] satisfies [string, string][])),
    ['Database', database.description],
    ['Data', dataDirectory],
  ];

  return [
    '',
    '  Latchwork runs.',
    '',
    ...lines.map(([name, value]) => `  ${name.padEnd(12)}${value}`),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n');
}

/** What was begun is undone by the stack of `main`. */
async function unlessStopped<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    stopAsked.then((): never => {
      throw new Stopped();
    }),
  ]);
}
