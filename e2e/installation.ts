/** A Latchwork as a person gets one: `npm start` on an empty data directory, and what it prints. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Installation = {
  readonly url: string;
  readonly email: string;
  /** Empty but at a first start. */
  readonly password: string;
  readonly dataDirectory: string;
  readonly supervisor: ChildProcess;
  /** Everything it printed. */
  output(): string;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
};

export type StartOptions = {
  readonly dataDirectory: string;
  readonly environment?: Readonly<Record<string, string>>;
};

/** The last line that `npm start` prints once all is well. */
const ALL_IS_WELL = 'Ctrl-C stops everything';

export async function startInstallation({
  dataDirectory,
  environment,
}: StartOptions): Promise<Installation> {
  const supervisor = spawn(process.execPath, ['scripts/start.ts', 'start'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      ...process.env,
      DATABASE_URL: '',
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      LATCHWORK_DATA: dataDirectory,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed = follow(supervisor);
  await printed.isWell;

  return {
    url: valueOf('Open', printed.output()),
    email: valueOf('Sign in as', printed.output()),
    password: valueOf('Password', printed.output()).split(' ')[0] ?? '',
    dataDirectory,
    supervisor,
    output: printed.output,
    async stop() {
      if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
      supervisor.kill('SIGINT');
      await once(supervisor, 'exit');
    },
  };
}

export function newDataDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'latchwork-e2e-'));
}

export function removeDataDirectory(dataDirectory: string): void {
  rmSync(dataDirectory, { recursive: true, force: true });
}

/** Of its embedded server, which keeps its port when it is brought back. */
export function databaseUrlOf({ dataDirectory }: Installation): string {
  const home = path.join(dataDirectory, 'postgres');
  const password = readFileSync(path.join(home, 'password'), 'utf8').trim();
  const port = readFileSync(path.join(home, 'data', 'postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://latchwork:${password}@127.0.0.1:${port}/latchwork`;
}

function follow(supervisor: ChildProcess): { isWell: Promise<void>; output: () => string } {
  const isWell = Promise.withResolvers<void>();
  let output = '';

  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      output += `${line}\n`;
      if (line.includes(ALL_IS_WELL)) isWell.resolve();
    });
  }
  supervisor.once('exit', (code) =>
    isWell.reject(new Error(`npm start ended with ${code}:\n${output}`)),
  );

  return { isWell: isWell.promise, output: () => output };
}

/** `  Open        http://localhost:3000` */
function valueOf(name: string, output: string): string {
  return new RegExp(`^ *${name} {2,}(.*)$`, 'm').exec(output)?.[1] ?? '';
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
