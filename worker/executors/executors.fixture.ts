/** A worker process without its jobs' pool, for tests: what it pushes and runs, and the wake-ups that are pending. */
import { Logger, runOnce } from 'graphile-worker';
import { expect, onTestFinished } from 'vitest';
import { createOutbound } from '#delivery/http.ts';
import { closedPort } from '#delivery/receiver.fixture.ts';
import type { Jobs } from '#db/jobs.ts';
import type { Json } from '#engine/json.ts';
import type { Context } from '#operations/context.ts';
import { sweep } from '#operations/sweeps/sweep.ts';
import { setup, type World, type WorldOptions } from '../../test/setup.ts';
import { startDelivering } from '../deliver/delivering.ts';
import { stopService } from './stop.ts';

export { closedPort };

const PUBLIC_URL = 'https://latchwork.example';

export type Working = Awaited<ReturnType<typeof work>>;

/** As long as a script may have: more than one that ends needs, however busy the machine is. */
export const PATIENT = { timeoutSeconds: 30 };

/** A world whose nodes Latchwork runs itself. `nodes` as in a definition; those without a type are tasks, and scripts are `PATIENT`. */
export async function work({ nodes = {}, ...options }: WorldOptions) {
  const patient = Object.entries(nodes).map(([key, node]): [string, typeof node] => [
    key,
    node['type'] === 'script' ? { ...PATIENT, ...node } : node,
  ]);
  const world = await setup({ ...options, nodes: Object.fromEntries(patient) });

  return { ...world, ...(await workerOf(world, world.ctx)) };
}

/** What one process does for a world. */
export async function workerOf(world: World, { db, clock, log }: Context) {
  const outbound = createOutbound({
    policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
  });
  const delivering = await startDelivering({ db, outbound, clock, log, publicUrl: PUBLIC_URL });
  onTestFinished(() => delivering.stop(0));
  const ctx: Context = { db, projectId: 1, actor: { kind: 'system' }, clock, log };
  const stops: string[] = [];

  const runJobs = () =>
    runOnce({
      connectionString: world.url,
      logger: new Logger(() => () => undefined),
      taskList: {
        deliver: (payload) => delivering.wake(payload as Jobs['deliver']),
        admit: () => undefined,
        children: () => undefined,
        orphans: () => undefined,
        stop: async (payload, { job }) => {
          const attempt = payload as Jobs['stop'];
          const last = job.attempts >= 2;
          const tools = { outbound, publicUrl: PUBLIC_URL };
          const stopped = await stopService(ctx, tools, { attempt, last });
          stops.push(stopped);
          if (stopped === 'again') throw new Error('again');
        },
      },
    });

  return {
    ctx,
    /** As far as requests need them. */
    tools: { outbound, publicUrl: PUBLIC_URL, worker: 'test' },
    delivering,
    runJobs,
    stops,
    /** Lets time pass, the sweep look, and the wake-ups run that it made. */
    pass: async (seconds: number) => {
      world.advanceClock(seconds);
      const counts = await sweep(world.ctx, { renew: false });
      await runJobs();
      return counts;
    },
    /** Runs wake-ups until the instance is in this state. */
    until: async (id: string, status: string) => {
      await expect
        .poll(async () => {
          await runJobs();
          return (await world.look(id)).status;
        })
        .toBe(status);
      return world.look(id);
    },
  };
}

export async function taskOf({ db }: { readonly db: World['db'] }, id: string) {
  const [row] = await db.sql`
    select status, attempt, deliveries, delivering, failures, input, remote, token,
      poll_at as "pollAt", due_at as "dueAt"
    from task where instance_id = ${id}
  `;
  return row;
}

export async function attemptsOf({ db }: { readonly db: World['db'] }, id: string) {
  return db.sql<
    {
      number: number;
      outcome: string;
      code: string | null;
      error: Record<string, Json> | null;
      input: Json;
      output: Json;
      remote: Json;
    }[]
  >`
    select number, outcome, code, error, input, output, remote
    from attempt where instance_id = ${id} order by node, number
  `;
}

/** The story of an instance that people see. */
export async function eventsOf({ db }: { readonly db: World['db'] }, id: string) {
  return db.sql`select type, message, data from instance_event where instance_id = ${id} order by id`;
}
