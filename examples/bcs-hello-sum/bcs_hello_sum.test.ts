/** The task, imported through the API and run by the worker against a real installation. */
import { beforeEach, expect, test } from 'vitest';
import { createClient, createWorker, type Client } from '../../clients/typescript/src/index.ts';
import { servedApi } from '../../test/served.ts';
import { importTask } from './load.ts';
import { bcsWorks } from './works.ts';

let client: Client;
let told: string[] = [];
let pass: (seconds: number) => Promise<unknown>;

beforeEach(async () => {
  const api = await servedApi();
  ({ pass } = api);
  client = createClient(api);
  told = [];
  const worker = createWorker({
    url: api.url,
    apiKey: api.apiKey,
    works: bcsWorks((line) => told.push(line)),
    waitSeconds: 0.2,
  });
  void worker.run();
  return async () => {
    await worker.stop({ graceSeconds: 0 });
    await api.close();
  };
});

async function run() {
  const { id } = await client.createInstance('hello-sum', { objectId: 'cluster-1' });
  const status = async () => {
    await pass(5);
    return (await client.getInstance(id)).status;
  };
  await expect.poll(status).toMatch(/succeeded|failed/);
  await expect.poll(() => told.length).toBe(1);

  return client.getInstance(id);
}

test('the chain runs, its steps share variables, and the callback is told of the end', async () => {
  const notCarried = await importTask(client);
  const instance = await run();

  expect(notCarried.map(({ pointer }) => pointer)).toContain('/callBackFuncName');
  expect(instance).toMatchObject({
    status: 'succeeded',
    context: { greeting: 'hello bcs from admin', sum: '3' },
  });
  expect(told).toEqual(['cluster-1 succeeded: hello bcs from admin, sum 3']);
});

test('a step that may be skipped is, after its retries, and the chain goes on', async () => {
  await importTask(client, (text) => text.replace('"operator": "admin"', '"operator": "nobody"'));
  const instance = await run();

  expect(instance.status).toBe('succeeded');
  const hello = instance.tasks.find(({ key }) => key === 'hello');
  expect(hello).toMatchObject({ status: 'failed', attempts: 2 });
  expect(told).toEqual(['cluster-1 succeeded: no greeting, sum 3']);
});

test('a step that may not be skipped fails the task, and the callback hears of it', async () => {
  await importTask(client, (text) => text.replace('"a": "1"', '"a": "one"'));
  const instance = await run();

  expect(instance).toMatchObject({ status: 'failed', error: { task: 'sum' } });
  expect(told).toEqual(['cluster-1 failed: hello bcs from admin, sum ']);
});
