import { feed } from '../feed.ts';
import { measure } from '../measure.ts';
import { chainOf, createMany, expectSucceeded, publish } from '../pipelines.ts';
import { openRest, type Rest } from '../rest.ts';
import type { Workload } from '../workload.ts';

const STEPS = 5;
const WARM_UP_INSTANCES = 800;
/** Tasks that are worked on at the same time, each with a keep-alive connection for its report. */
const PLACES = 96;
const CLAIM = 200;

/** A worker with many places claims in batches and reports each task in a request of its own: group commit makes batches of them again. */
export const httpSingle: Workload = {
  about: 'tasks of 5-step chains over REST, one report per request, 96 connections',
  n: 25_000,

  async run(installation, { n }) {
    const instances = Math.ceil(n / STEPS);
    await publish(installation, 'chain', chainOf(STEPS));
    const rest = await openRest(installation, { connections: PLACES + 1 });

    await createMany(installation, 'chain', WARM_UP_INSTANCES);
    await work(rest, WARM_UP_INSTANCES * STEPS);
    await createMany(installation, 'chain', instances);

    const measurement = await measure(installation, 'http-single', async () => {
      const latenciesMs = await work(rest, instances * STEPS);
      return { n: latenciesMs.length, counted: 'tasks', latenciesMs };
    });
    await rest.close();
    await expectSucceeded(installation, 'chain', WARM_UP_INSTANCES + instances);

    return measurement;
  },
};

/** Finishes so many tasks; answers how long each report took. */
async function work(rest: Rest, total: number): Promise<number[]> {
  const next = feed(rest, { work: 'step', batch: CLAIM, total });
  const latenciesMs: number[] = [];

  const place = async (): Promise<void> => {
    for (let task = await next(); task; task = await next()) {
      const start = performance.now();
      await rest.post(`/api/v1/reports/${task.token}`, { type: 'finish', output: { ok: true } });
      latenciesMs.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: PLACES }, place));

  return latenciesMs;
}
