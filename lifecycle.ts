/** What server.ts and worker/main.ts share about beginning and ending. */
import { pino, type Logger } from 'pino';
import { describeProblems, readSettings, type Settings } from './settings.ts';

export type ProcessSettings = Settings & {
  readonly databaseUrl: string;
  readonly authSecret: string;
};

/** The settings of one process, or a sentence and the end. `scripts/start.ts` fills in what a person need not give. */
export function settingsOrExit(): ProcessSettings {
  const read = readSettings();
  const problems = read.ok ? missing(read.settings) : read.problems;

  if (!read.ok || problems.length > 0) {
    process.stderr.write(`${describeProblems(problems)}\n`);
    process.exit(1);
  }

  // `missing` found nothing.
  return read.settings as ProcessSettings;
}

function missing(settings: Settings) {
  const message = 'is needed when a process is started by itself, without `npm start`';
  return [
    ...(settings.databaseUrl === undefined ? [{ variable: 'DATABASE_URL', message }] : []),
    ...(settings.authSecret === undefined ? [{ variable: 'NEXTAUTH_SECRET', message }] : []),
  ];
}

/** JSON lines on stdout, one per event. */
export function createLogger(name: 'web' | 'worker', settings: Settings): Logger {
  return pino({ name, level: settings.logLevel, base: { name, pid: process.pid } });
}

/**
 * Resolves, with the reason, when this process should end: it was told to, or whoever supervises it is gone (a supervisor that is
 * killed outright says nothing, but its channel closes).
 */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    // Not `once`: a second signal would then end the process in the middle of its goodbye.
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => resolve('SIGINT'));
    process.on('disconnect', () => resolve('the supervisor is gone'));
  });
}

type Ending = {
  readonly reason: string;
  readonly code: number;
  readonly log: Logger;
  readonly seconds: number;
};

/** Ends the process when `stop` is done, or when the time for it is over. */
export async function end(
  stop: () => Promise<void>,
  { reason, code, log, seconds }: Ending,
): Promise<never> {
  log.info({ reason }, 'stopping');
  setTimeout(() => {
    log.warn({ seconds }, 'did not stop in time');
    process.exit(1);
  }, seconds * 1000).unref();

  await stop();
  process.exit(code);
}

/** Says to the supervisor, if there is one, that work is being done. */
export function reportReady(): void {
  process.send?.('ready');
}
