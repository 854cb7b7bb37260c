import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';
import type { StreamTimes } from './stream.ts';

type World = Awaited<ReturnType<typeof testApi>>;

let api: World;

/** Long enough that only what a test brings about happens. */
const times: StreamTimes = { coalesceMs: 100, pingMs: 60_000, closeMs: 60_000 };

beforeAll(async () => {
  api = await testApi({ streamTimes: times });
  await api.put('/works/a', {});
  await api.post('/workflows', {
    key: 'flow',
    definition: { schemaVersion: 1, nodes: [{ key: 'a', type: 'task', work: 'a' }], edges: [] },
  });
  await api.post('/workflows/flow/publish');
});

/** Reads a stream message by message, as a browser does. */
async function listen(world: World, topics: string) {
  const response = await world.app.request(`/api/v1/events/stream?topics=${topics}`, {
    headers: { authorization: `Bearer ${world.admin}` },
  });
  const body = response.body ?? new ReadableStream<Uint8Array>();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  onTestFinished(() => reader.cancel());

  async function next(): Promise<string | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end !== -1) {
        const message = text.slice(0, end);
        text = text.slice(end + 2);
        return message;
      }
      const { done, value } = await reader.read();
      if (done) {
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  }
  /** The first change that names the id: what the test before brought about may still be on its way. */
  async function changeOf(id: string): Promise<{ topics: string[]; ids: string[] }> {
    for (;;) {
      const [event, data] = (await next())?.split('\n') ?? [];
      expect(event).toBe('event: change');
      const change = JSON.parse(data?.replace('data: ', '') ?? 'null');
      if (change.ids.includes(id)) {
        return change;
      }
    }
  }
  return { response, next, changeOf };
}

/** Reads until the message that says to read everything. */
async function untilResync({
  next,
}: Pick<Awaited<ReturnType<typeof listen>>, 'next'>): Promise<void> {
  while ((await next()) !== 'event: resync\ndata: {}');
}

const create = async (objectId = 'o'): Promise<string> =>
  (await api.post('/workflows/flow/instances', { objectId })).body.id;

describe('the live stream', () => {
  test('is a stream of events that no proxy holds back', async () => {
    const { response, next } = await listen(api, 'instances');

    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(await next()).toBe('retry: 3000');
  });

  test('tells of instances and their workflow, by ids only', async () => {
    const stream = await listen(api, 'instances,workflows');
    await stream.next();
    const id = await create();

    expect((await stream.changeOf(id)).topics).toEqual(['instances']);
    expect(await stream.changeOf('flow')).toEqual({ topics: ['workflows'], ids: ['flow'] });
    await api.patch('/workflows/flow', { description: 'changed' });
    expect(await stream.changeOf('flow')).toEqual({ topics: ['workflows'], ids: ['flow'] });
  });

  test('tells of one instance to whom watches it, and of others not', async () => {
    const watched = await create('watched');
    const stream = await listen(api, `instance:${watched}`);
    await stream.next();
    await create('another');
    await api.post(`/instances/${watched}/cancel`);

    expect(await stream.changeOf(watched)).toEqual({
      topics: [`instance:${watched}`],
      ids: [watched],
    });
  });

  test('gathers what happens at once into one event', async () => {
    const stream = await listen(api, 'instances');
    await stream.next();
    await api.db.sql`
      select pg_notify('latchwork_changed', json_build_object('p', 1, 'i', array[n], 'w', array[]::int[])::text)
      from unnest(array['a', 'b', 'c', 'b']) as n
    `;

    expect((await stream.changeOf('a')).ids).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });

  test('that was not listened to for long tells to read everything instead of a thousand ids', async () => {
    const stream = await listen(api, 'instances');
    await stream.next();
    await api.db.sql`
      select pg_notify('latchwork_changed', json_build_object('p', 1, 'i', json_agg(n::text), 'w', array[]::int[])::text)
      from generate_series(1, 1000) as n
    `;

    await untilResync(stream);
  });

  test('tells to read everything again when its connection was lost, and goes on', async () => {
    const stream = await listen(api, 'instances');
    await stream.next();
    await api.db.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where query ilike 'listen%' and datname = current_database()
    `;

    await untilResync(stream);
    const id = await create();
    expect((await stream.changeOf(id)).ids).toContain(id);
  });

  test('gives signs of life, and closes after a while', async () => {
    const short = await testApi({
      url: api.url,
      streamTimes: { ...times, pingMs: 20, closeMs: 200 },
    });
    const stream = await listen(short, 'instances');
    const heard = [await stream.next()];
    for (let message = await stream.next(); message !== undefined; message = await stream.next()) {
      heard.push(message);
    }

    expect(heard.slice(0, 2)).toEqual(['retry: 3000', ': ping']);
  });

  test('is for those who may read, about topics that there are', async () => {
    const path = '/events/stream?topics=instances';
    expectProblem(await api.get(path, { key: null }), 401, 'unauthorized');
    expectProblem(
      await api.get(path, { key: await api.keyWith('tasks:report') }),
      403,
      'forbidden',
    );
    expectProblem(await api.get('/events/stream'), 422, 'invalid_request');
    expectProblem(await api.get('/events/stream?topics=weather'), 422, 'invalid_request');
  });
});
