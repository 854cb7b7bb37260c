import path from 'node:path';
import type { Settings } from '../settings.ts';
import type { InstallationDatabase } from './database.ts';
import { keptSecret } from './kept_secret.ts';
import { LogFile } from './log_file.ts';
import { supervise, type Supervised } from './supervise.ts';
import { say } from './terminal.ts';

/** One Latchwork on this machine: what was asked for, and what came of it. */
export type Installation = {
  readonly root: string;
  readonly mode: 'development' | 'production';
  readonly settings: Settings;
  readonly dataDirectory: string;
  readonly database: InstallationDatabase;
  readonly port: number;
};

/** Keeps a program of this installation running, with its log in the data directory. */
export function superviseProgram(
  installation: Installation,
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = environmentOf(installation),
): Supervised {
  const { root, mode, settings, dataDirectory } = installation;

  return supervise({
    name,
    args,
    cwd: root,
    environment,
    stopSeconds: settings.stopSeconds,
    log: new LogFile(path.join(dataDirectory, 'logs', `${name}.log`)),
    onWord: unlessSaidLately(say),
    quiet: mode === 'production',
  });
}

const SAID_LATELY_MS = 60_000;

/** What fails every second, for as long as the database is away, is said once a minute; the log has it all. */
function unlessSaidLately(sayTo: (line: string) => void): (line: string) => void {
  const said = new Map<string, number>();

  return (line) => {
    const gist = line.replaceAll(/\d+/g, '#');
    const last = said.get(gist) ?? 0;
    if (Date.now() - last < SAID_LATELY_MS) return;
    said.set(gist, Date.now());
    sayTo(line);
  };
}

/** What a person need not give is filled in; a secret from a file is handed on as the secret. */
function environmentOf(installation: Installation): Record<string, string> {
  const { mode, settings, dataDirectory, database, port } = installation;

  return {
    NODE_ENV: mode,
    DATABASE_URL: database.url,
    DATABASE_URL_FILE: '',
    LATCHWORK_DATA: dataDirectory,
    HOST: settings.host,
    PORT: String(port),
    NEXTAUTH_URL: publicUrl(installation),
    NEXTAUTH_SECRET: settings.authSecret ?? keptSecret(path.join(dataDirectory, 'session-secret')),
    NEXTAUTH_SECRET_FILE: '',
    // Whoever uses the embedded database tries things out, with workers on this very machine.
    ...(database.embedded && !process.env.LATCHWORK_ALLOW_HOSTS
      ? { LATCHWORK_ALLOW_HOSTS: 'private,loopback' }
      : {}),
  };
}

/** As browsers and other machines reach it. */
export function publicUrl({ settings: { host, publicUrl: given }, port }: Installation): string {
  return given ?? address(isEveryInterface(host) || isLoopback(host) ? 'localhost' : host, port);
}

/** As programs on this machine reach the web process, past any proxy. */
export function localUrl({ settings: { host }, port }: Installation): string {
  return address(isEveryInterface(host) || host === 'localhost' ? '127.0.0.1' : host, port);
}

function address(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isEveryInterface(host: string): boolean {
  return ['0.0.0.0', '::'].includes(host);
}

function isLoopback(host: string): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(host);
}
