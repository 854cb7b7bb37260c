import type { Installation } from '../installation.ts';
import { measure } from '../measure.ts';
import { createMany, expectSucceeded, FANOUT, publish } from '../pipelines.ts';
import { drain } from '../worker.ts';
import type { Workload } from '../workload.ts';

const WORKER = { works: ['part', 'join'], batch: 500, loops: 3 };
const WARM_UP = { segments: 1_000, instances: 2 };

/** One instance at a time, from its creation until it has succeeded; p50 and p99 are those of whole instances. */
function fanoutOf(name: string, segments: number, instances: number): Workload {
  return {
    about: `${segments} segments and their join, one instance at a time, in process`,
    n: segments,

    async run(installation, { n }) {
      await publish(installation, 'fanout', FANOUT);
      await runInstances(installation, WARM_UP.segments, WARM_UP.instances);

      const measurement = await measure(installation, name, async () => {
        const latenciesMs = await runInstances(installation, n, instances);
        return { n: instances * (n + 1), counted: 'tasks', latenciesMs };
      });
      await expectSucceeded(installation, 'fanout', WARM_UP.instances + instances);

      return measurement;
    },
  };
}

async function runInstances(
  installation: Installation,
  segments: number,
  instances: number,
): Promise<number[]> {
  const input = { items: Array.from({ length: segments }, (_, index) => ({ part: index })) };
  const latenciesMs: number[] = [];

  for (let instance = 0; instance < instances; instance += 1) {
    const start = performance.now();
    await createMany(installation, 'fanout', 1, { input });
    // A loop that finds nothing stops, although the join may still come: then the next round does it.
    for (let left = segments + 1; left > 0;) {
      left -= await drain(installation, { ...WORKER, most: left });
    }
    latenciesMs.push(performance.now() - start);
  }

  return latenciesMs;
}

export const fanout = fanoutOf('fanout', 10_000, 3);
export const fanout1000 = fanoutOf('fanout-1000', 1_000, 10);
