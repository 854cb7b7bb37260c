import { expect, test } from 'vitest';
import { receive, type Received } from '#delivery/receiver.fixture.ts';
import { verifySignature } from '#delivery/signature.ts';
import { claimInternal } from '#operations/tasks/internal.ts';
import { getWorkSecrets, rotateWorkSecret } from '#operations/works/secrets.ts';
import { isRefusal } from '#operations/refusal.ts';
import { attemptsOf, taskOf, work, type Working } from './executors.fixture.ts';

async function secretsOf({ ctx }: Working): Promise<string[]> {
  const answer = await getWorkSecrets(ctx, { key: '#notify' });
  if (isRefusal(answer)) throw new Error(answer.message);

  return answer.secrets;
}

const idsOf = (received: readonly Received[]) =>
  received.map(({ headers }) => headers['webhook-id']);

test('a message says whose it is, with its data, and is signed', async () => {
  const server = await receive((_, response) => response.writeHead(204).end());
  const world = await work({
    dag: 'a',
    nodes: {
      a: {
        type: 'notify',
        url: `${server.url}/{{ object.id }}`,
        headers: { 'x-team': '{{ context.team }}' },
        event: 'order.shipped',
        data: { parcels: '{{ input.parcels }}' },
      },
    },
    definition: { output: '{{ tasks.a.output }}' },
  });

  const id = await world.create({ objectId: 'o-1', input: { parcels: [1, 2] } });
  await world.db.sql`update instance set context = '{"team": "blue"}' where id = ${id}`;
  expect(await world.until(id, 'succeeded')).toMatchObject({ output: { status: 204 } });

  const [message] = server.received as [Received];
  const now = world.ctx.clock();
  expect(message).toMatchObject({ method: 'POST', path: '/o-1', headers: { 'x-team': 'blue' } });
  expect(JSON.parse(message.body)).toEqual({
    type: 'order.shipped',
    timestamp: now.toISOString(),
    data: {
      instanceId: id,
      workflow: 'test',
      version: 1,
      objectId: 'o-1',
      task: 'a',
      data: { parcels: [1, 2] },
    },
  });
  const secrets = await secretsOf(world);
  expect(secrets).toHaveLength(1);
  expect(verifySignature(secrets, message.headers, Buffer.from(message.body), now)).toBeNull();
});

test('a secret that was rotated counts from the next message on', async () => {
  const server = await receive((_, response) => response.end());
  const world = await work({ dag: 'a', nodes: { a: { type: 'notify', url: server.url } } });
  await world.until(await world.create(), 'succeeded');
  const [first] = await secretsOf(world);
  await rotateWorkSecret(world.ctx, { key: '#notify' });
  await world.until(await world.create(), 'succeeded');

  const [newest] = await secretsOf(world);
  const last = server.received.at(-1) as Received;
  expect(newest).not.toBe(first);
  expect(
    verifySignature([String(newest)], last.headers, Buffer.from(last.body), world.ctx.clock()),
  ).toBeNull();
  expect(JSON.parse(last.body)).toMatchObject({
    type: 'workflow.notification',
    data: { data: null },
  });
});

test('a message that was not taken is sent again, as a message of its own', async () => {
  const server = await receive((_, response) => {
    response.writeHead(server.received.length === 1 ? 500 : 200).end();
  });
  const world = await work({ dag: 'a', nodes: { a: { type: 'notify', url: server.url } } });

  const id = await world.create();
  await world.runJobs();
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', failures: 1 });
  await world.pass(10);
  await world.until(id, 'succeeded');

  expect(await attemptsOf(world, id)).toMatchObject([
    { code: 'delivery_failed' },
    { outcome: 'succeeded' },
  ]);
  expect(new Set(idsOf(server.received)).size).toBe(2);
});

test('a message that was repeated because a process died keeps its id', async () => {
  const server = await receive((_, response) => response.end());
  const world = await work({ dag: 'a', nodes: { a: { type: 'notify', url: server.url } } });
  const id = await world.create();
  const [task] = await claimInternal(world.another(), { work: '#notify', max: 1, worker: 'dead' });

  await world.pass(31);
  await world.until(id, 'succeeded');

  expect(task).toBeDefined();
  expect(idsOf(server.received)).toEqual([expect.stringMatching(/^msg_[0-9a-f]{32}$/)]);
});

test('a receiver that refuses ends the retries', async () => {
  const server = await receive((_, response) => response.writeHead(410).end());
  const world = await work({
    dag: 'a',
    nodes: { a: { type: 'notify', url: server.url, onFailure: 'continue' } },
  });

  const id = await world.create();
  await world.until(id, 'succeeded');

  expect(await attemptsOf(world, id)).toMatchObject([
    { code: 'delivery_failed', error: { message: 'the service answered 410' } },
  ]);
});
