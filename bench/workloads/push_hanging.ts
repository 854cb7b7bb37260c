import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Definition } from '#engine/definition.ts';
import type { Installation } from '../installation.ts';
import { measure } from '../measure.ts';
import { createMany, publish, pushTo } from '../pipelines.ts';
import { say } from '../say.ts';
import { createTally } from '../tally.ts';
import type { Workload } from '../workload.ts';

const ENDPOINTS = 10;

/** Each instance has a task for each of ten endpoints. Only those of the healthy ones are counted. */
export const pushHanging: Workload = {
  about: 'tasks pushed to nine endpoints that answer at once, beside a tenth that never does',
  n: 9_000,

  async run(installation, { n }) {
    const instances = Math.ceil(n / (ENDPOINTS - 1));
    await installation.start('worker');
    const all = await pushAll(installation, { name: 'healthy', instances, hanging: 0 });
    const perSecond = Math.round((instances * ENDPOINTS) / all);
    say(`all ten healthy: ${perSecond} tasks/s`);

    return measure(installation, 'push-hanging', async () => {
      await pushAll(installation, { name: 'hanging', instances, hanging: 1 });
      return { n: instances * (ENDPOINTS - 1), counted: 'tasks' };
    });
  },
};

/** Answers how many seconds it took until the last task of a healthy endpoint was answered. */
async function pushAll(
  installation: Installation,
  {
    name,
    instances,
    hanging,
  }: { readonly name: string; readonly instances: number; readonly hanging: number },
): Promise<number> {
  const works = Array.from({ length: ENDPOINTS }, (_, place) => `${name}${place}`);
  const definition: Definition = {
    schemaVersion: 1,
    nodes: works.map((work) => ({ key: work, type: 'task', work })),
    edges: [],
  };
  await publish(installation, name, definition);
  await createMany(installation, name, instances);

  const answers = createTally();
  const endpoints = await Promise.all(
    works.map((_, place) => {
      if (place < hanging) return listen(() => undefined);
      return listen((request, response) => {
        request.resume();
        response.end('{"status": "succeeded"}', answers.add);
      });
    }),
  );
  const start = performance.now();
  const done = answers.next(instances * (ENDPOINTS - hanging));
  await Promise.all(
    works.map((work, place) => pushTo(installation, work, endpoints[place]?.url ?? '')),
  );
  await done;
  const seconds = (performance.now() - start) / 1_000;
  for (const endpoint of endpoints) endpoint.close();

  return seconds;
}

async function listen(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
