import { startEndpoint } from '../endpoint.ts';
import { measure } from '../measure.ts';
import { chainOf, createMany, expectSucceeded, publish, pullFrom, pushTo } from '../pipelines.ts';
import { openRest } from '../rest.ts';
import { createTally } from '../tally.ts';
import type { Workload } from '../workload.ts';

const STEPS = 5;
const CONNECTIONS = 64;
const WARM_UP_INSTANCES = 400;

/** Everything is ready before the work becomes a pushed one: that is when the clock starts. */
export const push: Workload = {
  about: 'tasks of 5-step chains, pushed to a local endpoint that reports each with a request',
  n: 15_000,

  async run(installation, { n }) {
    const instances = Math.ceil(n / STEPS);
    await publish(installation, 'chain', chainOf(STEPS));
    const rest = await openRest(installation, { connections: CONNECTIONS });
    await installation.start('worker');
    const reports = createTally();
    const endpoint = await startEndpoint(rest, reports.add);
    const pushAll = async (tasks: number): Promise<void> => {
      const reported = reports.next(tasks);
      await pushTo(installation, 'step', endpoint.url);
      await reported;
    };

    await createMany(installation, 'chain', WARM_UP_INSTANCES);
    await pushAll(WARM_UP_INSTANCES * STEPS);
    await pullFrom(installation, 'step');
    await createMany(installation, 'chain', instances);

    const measurement = await measure(installation, 'push', async () => {
      await pushAll(instances * STEPS);
      return { n: instances * STEPS, counted: 'tasks' };
    });
    endpoint.close();
    await rest.close();
    await expectSucceeded(installation, 'chain', WARM_UP_INSTANCES + instances);

    return measurement;
  },
};
