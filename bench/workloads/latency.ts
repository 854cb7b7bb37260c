import type { Installation } from '../installation.ts';
import { measure } from '../measure.ts';
import { startEndpoint } from '../endpoint.ts';
import { chainOf, expectSucceeded, publish, pushTo } from '../pipelines.ts';
import { openRest, type Rest } from '../rest.ts';
import { createTally, type Tally } from '../tally.ts';
import type { Workload } from '../workload.ts';

const STEPS = 3;
const WARM_UP_INSTANCES = 50;
const CONNECTIONS = 8;
const CLAIM = { most: 10, waitSeconds: 20 };

/**
 * One chain at a time on an idle system, from the request that creates it to the answer to its last report: by then it has succeeded.
 * `connect` joins a worker that reports at once; it answers how to end it.
 */
function latencyOf(
  name: string,
  about: string,
  connect: (installation: Installation, rest: Rest, reported: () => void) => Promise<() => void>,
): Workload {
  return {
    about,
    n: 300,

    async run(installation, { n }) {
      await publish(installation, 'chain', chainOf(STEPS));
      const rest = await openRest(installation, { connections: CONNECTIONS });
      const reports = createTally();
      const disconnect = await connect(installation, rest, reports.add);
      await runChains(rest, reports, WARM_UP_INSTANCES);

      const measurement = await measure(installation, name, async () => {
        const latenciesMs = await runChains(rest, reports, n);
        return { n, counted: 'instances', latenciesMs };
      });
      disconnect();
      await rest.close();
      await expectSucceeded(installation, 'chain', WARM_UP_INSTANCES + n);

      return measurement;
    },
  };
}

async function runChains(rest: Rest, reports: Tally, count: number): Promise<number[]> {
  const latenciesMs: number[] = [];

  for (let made = 0; made < count; made += 1) {
    const start = performance.now();
    const reported = reports.next(STEPS);
    await rest.post('/api/v1/workflows/chain/instances', { objectId: `object ${made}` });
    await reported;
    latenciesMs.push(performance.now() - start);
  }

  return latenciesMs;
}

export const latency = latencyOf(
  'latency',
  'one 3-step chain at a time on an idle system, by long poll',
  async (_, rest, reported) => {
    const work = { stopping: false };
    void claimOnAndOn(rest, work, reported);

    return () => {
      work.stopping = true;
    };
  },
);

/** While it reports one task it asks for the next already, as a worker with a free place does. */
async function claimOnAndOn(
  rest: Rest,
  work: { readonly stopping: boolean },
  reported: () => void,
): Promise<void> {
  while (!work.stopping) {
    // When the connection is closed under the last claim, there is nothing more to do.
    const tasks = await rest.claim(['step'], CLAIM.most, CLAIM.waitSeconds).catch(() => []);

    for (const { token } of tasks) {
      const body = { type: 'finish', output: { ok: true } };
      void rest.post(`/api/v1/reports/${token}`, body).then(reported);
    }
  }
}

export const latencyPush = latencyOf(
  'latency-push',
  'one 3-step chain at a time on an idle system, pushed to a local endpoint',
  async (installation, rest, reported) => {
    await installation.start('worker');
    const endpoint = await startEndpoint(rest, reported);
    await pushTo(installation, 'step', endpoint.url);

    return endpoint.close;
  },
);
