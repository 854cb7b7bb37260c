import { measure } from '../measure.ts';
import { chainOf, createMany, publish } from '../pipelines.ts';
import type { Workload } from '../workload.ts';

const BATCH = 1_000;
const WARM_UP_INSTANCES = 2_000;
/** Callers that create at the same time. */
const CALLERS = 2;

/** Instances that start at once: each comes with its first ready task. */
export const create: Workload = {
  about: 'instances in batches of 1,000, operations called in process',
  n: 100_000,

  async run(installation, { n }) {
    await publish(installation, 'chain', chainOf(5));
    await createMany(installation, 'chain', WARM_UP_INSTANCES);

    return measure(installation, 'create', async () => {
      const each = Math.ceil(n / CALLERS);
      const made = await Promise.all(
        Array.from({ length: CALLERS }, () =>
          createMany(installation, 'chain', each, { batch: BATCH }),
        ),
      );
      return { n: made.flat().length, counted: 'instances' };
    });
  },
};
