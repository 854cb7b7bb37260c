import { addHistory } from '../history.ts';
import { measure } from '../measure.ts';
import { chainOf, createMany, expectFinished, publish } from '../pipelines.ts';
import { say } from '../say.ts';
import { drain } from '../worker.ts';
import type { Workload } from '../workload.ts';

const STEPS = 5;
const WARM_UP_INSTANCES = 500;
const WORKER = { works: ['step'], batch: 500, loops: 3 };

/** Claim, finish and advance, by the operations alone. */
export const chain: Workload = {
  about: 'tasks of 5-step chains, operations called in process',
  n: 100_000,

  async run(installation, { n, history, queued, ready }) {
    const instances = Math.ceil(n / STEPS);
    await publish(installation, 'chain', chainOf(STEPS));
    await createMany(installation, 'chain', WARM_UP_INSTANCES);
    await drain(installation, WORKER);

    if (history > 0) await addHistory(installation, 'chain', history);
    if (queued > 0) {
      say(`queueing ${queued} instances`);
      await publish(installation, 'waiting', chainOf(STEPS), { maxRunning: 1 });
      await createMany(installation, 'waiting', queued);
    }
    await createMany(installation, 'chain', instances);
    if (ready > 0) {
      say(`${ready} ready tasks behind`);
      await publish(installation, 'later', chainOf(STEPS));
      await createMany(installation, 'later', ready);
    }

    const measurement = await measure(installation, 'chain', async () => {
      const done = await drain(installation, { ...WORKER, most: instances * STEPS });
      return { n: done, counted: 'tasks' };
    });
    await expectFinished(installation, (WARM_UP_INSTANCES + history + instances) * STEPS);

    return measurement;
  },
};
