/** A worker process that is asked to stop in the midst of pushes. What a killed one leaves behind: delivering.test.ts. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { receive, type Received } from '#delivery/receiver.fixture.ts';
import { servedApi } from '#test/served.ts';

const INSTANCES = 300;

test('it ends what is under way and leaves the rest to the next: nothing is lost, nothing done twice', async () => {
  const served = await servedApi();
  const held: (() => void)[] = [];
  let holding = true;
  const endpoint = await receive((_, response) => {
    const answer = () => void response.end('{"status": "succeeded"}');
    if (holding) held.push(answer);
    else answer();
  });
  await served.publish(
    { schemaVersion: 1, nodes: [{ key: 'a', type: 'task', work: 'a' }], edges: [] },
    { a: { delivery: 'push', url: endpoint.url, requestConcurrency: 8 } },
  );
  const instances = Array.from({ length: INSTANCES }, (_, place) => ({ objectId: String(place) }));
  await served.post('/workflows/test/instances/batch', { instances });

  const first = await served.startWorkerProcess();
  await expect.poll(() => held.length).toBe(8);
  const exit = once(first, 'exit');
  first.kill('SIGTERM');
  holding = false;
  for (const answer of held) answer();
  expect(await exit).toEqual([0, null]);

  const left = await succeeded();
  expect(left).toBe(endpoint.received.length);
  expect(left).toBeLessThan(INSTANCES);
  expect(await served.db.sql`select from task where status = 'dispatched'`).toHaveLength(0);

  await served.startWorkerProcess();
  await expect.poll(succeeded).toBe(INSTANCES);
  expect(new Set(endpoint.received.map(idOf)).size).toBe(INSTANCES);
  expect(endpoint.received).toHaveLength(INSTANCES);

  async function succeeded(): Promise<number> {
    const rows = await served.db.sql`select from instance where status = 'succeeded'`;
    return rows.length;
  }
});

const idOf = ({ headers }: Received): string => headers['webhook-id'] ?? '';
