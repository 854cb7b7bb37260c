import { measure } from '../measure.ts';
import { chainOf, createMany, expectSucceeded, publish } from '../pipelines.ts';
import { openRest, sideBySide, type Rest } from '../rest.ts';
import type { Workload } from '../workload.ts';

const STEPS = 5;
const BATCH = 200;
const WORKERS = 4;
const WARM_UP_INSTANCES = 1_000;

/** Each worker claims a batch, finishes it with one request, and claims again. */
export const httpBatch: Workload = {
  about: 'tasks of 5-step chains over REST, claims and reports in batches of 200',
  n: 50_000,

  async run(installation, { n }) {
    const instances = Math.ceil(n / STEPS);
    await publish(installation, 'chain', chainOf(STEPS));
    const rest = await openRest(installation, { connections: WORKERS });
    const drain = () => sideBySide(WORKERS, () => work(rest));

    await createMany(installation, 'chain', WARM_UP_INSTANCES);
    await drain();
    await createMany(installation, 'chain', instances);

    const measurement = await measure(installation, 'http-batch', async () => ({
      n: await drain(),
      counted: 'tasks',
    }));
    await rest.close();
    await expectSucceeded(installation, 'chain', WARM_UP_INSTANCES + instances);

    return measurement;
  },
};

async function work(rest: Rest): Promise<number> {
  for (let done = 0; ;) {
    const tasks = await rest.claim(['step'], BATCH);
    if (tasks.length === 0) return done;

    const reports = tasks.map(({ token }) => ({ token, type: 'finish', output: { ok: true } }));
    const { results } = await rest.post<{ results: { ok: boolean }[] }>('/api/v1/reports', {
      reports,
    });
    if (results.some(({ ok }) => !ok)) throw new Error('a report was refused');
    done += tasks.length;
  }
}
