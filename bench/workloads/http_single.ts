import { measure } from '../measure.ts';
import { chainOf, createMany, expectSucceeded, publish } from '../pipelines.ts';
import { openRest, sideBySide, type Rest } from '../rest.ts';
import type { Workload } from '../workload.ts';

const STEPS = 5;
const WORKERS = 96;
/** Tasks that a worker takes at once, to report them one after the other. */
const CLAIM = 20;
const WARM_UP_INSTANCES = 800;

/** Each worker claims some tasks and reports each in a request of its own: group commit makes batches of them again. */
export const httpSingle: Workload = {
  about: 'tasks of 5-step chains over REST, one report per request, 96 connections',
  n: 25_000,

  async run(installation, { n }) {
    const instances = Math.ceil(n / STEPS);
    await publish(installation, 'chain', chainOf(STEPS));
    const rest = await openRest(installation, { connections: WORKERS });

    await createMany(installation, 'chain', WARM_UP_INSTANCES);
    await sideBySide(WORKERS, () => work(rest, []));
    await createMany(installation, 'chain', instances);
    const latenciesMs: number[] = [];

    const measurement = await measure(installation, 'http-single', async () => ({
      n: await sideBySide(WORKERS, () => work(rest, latenciesMs)),
      counted: 'tasks',
      latenciesMs,
    }));
    await rest.close();
    await expectSucceeded(installation, 'chain', WARM_UP_INSTANCES + instances);

    return measurement;
  },
};

async function work(rest: Rest, latenciesMs: number[]): Promise<number> {
  for (let done = 0; ;) {
    const tasks = await rest.claim(['step'], CLAIM);
    if (tasks.length === 0) return done;

    for (const { token } of tasks) {
      const start = performance.now();
      await rest.post(`/api/v1/reports/${token}`, { type: 'finish', output: { ok: true } });
      latenciesMs.push(performance.now() - start);
    }
    done += tasks.length;
  }
}
