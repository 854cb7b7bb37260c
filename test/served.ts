/** The API on a socket, and a worker process beside it: for tests of programs that know Latchwork by its URL only. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { afterAll, onTestFinished } from 'vitest';
import { worksOf, type Definition } from '#engine/definition.ts';
import { sweep } from '#operations/sweeps/sweep.ts';
import { testApi } from './api.ts';

export async function servedApi() {
  const api = await testApi();
  const listener = getRequestListener(api.app.fetch);
  let hungUp = false;
  const server = createServer((request, response) => {
    if (hungUp) request.destroy();
    else void listener(request, response);
  });
  const url = await listen(server);
  const apiKey = await api.keyWith('read', 'workflows:write', 'instances:write', 'tasks:report');

  return {
    ...api,
    /** Of the database; `served.url` is where the API is. */
    databaseUrl: api.url,
    url,
    apiKey,
    /** Sooner than the end of the file, where many tests have one each. */
    close: async () => {
      server.closeAllConnections();
      server.close();
      await api.db.close();
    },
    /** Until the test ends nobody gets through to it by its URL; the test itself does. */
    hangUp: () => {
      hungUp = true;
      onTestFinished(() => {
        hungUp = false;
      });
    },
    /** Lets time pass and the sweep look, as the worker process does every second. */
    pass: async (seconds: number) => {
      api.advanceClock(seconds);
      return sweep(api.ctx, { renew: false });
    },
    /** The workflow `test` of that definition, published, and its works, with settings if they need any. */
    publish: async (definition: Definition, works: Readonly<Record<string, object>> = {}) => {
      for (const key of worksOf(definition)) {
        must(await api.put(`/works/${key}`, works[key] ?? {}));
      }
      must(await api.post('/workflows', { key: 'test', definition }));
      must(await api.post('/workflows/test/publish'));
    },
    create: async (instance: object = {}): Promise<string> => {
      const made = await api.post('/workflows/test/instances', { objectId: 'object', ...instance });
      must(made);
      return made.body.id as string;
    },
    look: async (id: string) => (await api.get(`/instances/${id}`)).body,
    attemptsOf: async (id: string, task: string) =>
      (await api.get(`/tasks/${id}_${task}/attempts`)).body.data,
    /** The process that does the rest of an installation's work: sweeps, pushes, http nodes. */
    startWorkerProcess: () => startWorkerProcess(api.url, url),
  };
}

function must({ status, body }: { readonly status: number; readonly body: unknown }): void {
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
}

/** On a free port of this machine, until the file is done. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startWorkerProcess(databaseUrl: string, publicUrl: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['worker/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      DATABASE_URL: databaseUrl,
      NEXTAUTH_URL: publicUrl,
      NEXTAUTH_SECRET: 'a secret of more than 32 characters',
      LATCHWORK_ALLOW_HOSTS: 'loopback',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  afterAll(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  await once(child, 'message');
  return child;
}
