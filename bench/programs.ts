/** The product's own processes, started as `npm start` starts them, on the throw-away database. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfChanged } from '#scripts/build.ts';
import { profileProgram } from './profile/program.ts';
import { say } from './say.ts';

const ENTRIES = { web: 'server.ts', worker: 'worker/main.ts' } as const;

export type ProgramName = keyof typeof ENTRIES;

export type Program = {
  readonly name: ProgramName;
  readonly pid: number;
  readonly port: number;
  /** As workers reach it, without a slash at the end. */
  readonly url: string;
  /** Starts to sample where its CPU time goes, until the returned function is called. */
  readonly profile: () => Promise<() => Promise<string>>;
  readonly stop: () => Promise<void>;
};

export type ProgramOptions = {
  readonly databaseUrl: string;
  readonly dataDirectory: string;
  /** Of the web process, which the worker process names in the addresses for reports. */
  readonly webPort: number | undefined;
  readonly profile: boolean;
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROFILER = path.join(ROOT, 'bench', 'profile', 'preload.ts');

export async function startProgram(
  name: ProgramName,
  { databaseUrl, dataDirectory, webPort, profile }: ProgramOptions,
): Promise<Program> {
  if (name === 'web') await ensureBuilt();
  const port = name === 'web' ? await freePort() : (webPort ?? 0);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [...(profile ? ['--import', PROFILER] : []), path.join(ROOT, ENTRIES[name])],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        DATABASE_URL: databaseUrl,
        LATCHWORK_DATA: dataDirectory,
        HOST: '127.0.0.1',
        PORT: String(port),
        NEXTAUTH_URL: url,
        NEXTAUTH_SECRET: 'of a throw-away installation, so no secret',
        LATCHWORK_ALLOW_HOSTS: 'loopback',
        LOG_LEVEL: 'warn',
      },
      // What it says is no figure: all of it goes to standard error.
      stdio: ['ignore', 2, 2, 'ipc'],
    },
  );
  await isReady(child, name);

  return {
    name,
    pid: child.pid ?? 0,
    port,
    url,
    profile: () => profileProgram(child, name),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The web process does not start without the pages, although nobody asks it for one here. */
async function ensureBuilt(): Promise<void> {
  say('building the pages, if they have changed');
  const built = await buildIfChanged(ROOT);
  if (!built.ok) throw new Error(`next build failed:\n${built.output}`);
}

async function isReady(child: ChildProcess, name: string): Promise<void> {
  const ready = Promise.withResolvers<void>();
  const onMessage = (message: unknown): void => {
    if (message === 'ready') ready.resolve();
  };
  const onExit = (code: number | null): void =>
    ready.reject(new Error(`the ${name} process ended with ${code}`));
  child.on('message', onMessage).on('exit', onExit).on('error', ready.reject);

  await ready.promise;
  child.off('message', onMessage).off('exit', onExit);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
