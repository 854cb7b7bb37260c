import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEndpoint } from '#operations/endpoints/put.ts';
import { measure } from '../measure.ts';
import { chainOf, createMany, expect, publish } from '../pipelines.ts';
import { say } from '../say.ts';
import { drain } from '../worker.ts';
import type { Workload } from '../workload.ts';

const WORKER = { works: ['step'], batch: 500, loops: 2 };

/** Half of the instances end while nobody listens on the endpoint's port. It counts whom it was told of: none may be missing. */
export const notify: Workload = {
  about: 'instances that end, each told to an endpoint that is down for the first half of them',
  n: 10_000,

  async run(installation, { n }) {
    const heard = new Map<string, number>();
    const all = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { data } = JSON.parse(Buffer.concat(chunks).toString()) as {
          data: { instanceId: string };
        };
        heard.set(data.instanceId, (heard.get(data.instanceId) ?? 0) + 1);
        response.writeHead(204).end();
        if (heard.size === n) all.resolve();
      })();
    });
    const port = await openOn(server, 0);
    await close(server);

    await publish(installation, 'notified', chainOf(1));
    const url = `http://127.0.0.1:${port}/hook`;
    expect(
      await createEndpoint(installation.ctx, {
        name: 'bench',
        url,
        events: ['instance.completed'],
      }),
    );
    await installation.start('worker');
    const half = Math.floor(n / 2);

    const measurement = await measure(installation, 'notify', async () => {
      await createMany(installation, 'notified', half);
      await drain(installation, WORKER);
      say(`${half} instances have ended; the endpoint comes back`);
      await openOn(server, port);
      await createMany(installation, 'notified', n - half);
      await drain(installation, WORKER);
      await all.promise;
      return { n, counted: 'instances' };
    });
    await expectDelivered(installation.db.sql, n);
    const repeated = [...heard.values()].filter((times) => times > 1).length;
    say(`all ${n} were heard of, ${repeated} of them more than once`);
    await close(server);

    return measurement;
  },
};

async function openOn(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

/** The last ones are recorded a moment after they are heard. */
async function expectDelivered(
  sql: Parameters<Workload['run']>[0]['db']['sql'],
  n: number,
): Promise<void> {
  for (;;) {
    const rows = await sql<{ status: string; count: number }[]>`
      select status, count(*)::int as count from notification group by status
    `;
    if (rows.length === 1 && rows[0]?.status === 'delivered' && rows[0].count === n) return;
    if (rows.some(({ status }) => status === 'dead')) {
      throw new Error(`notifications were given up: ${JSON.stringify(rows)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
