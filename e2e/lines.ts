/** Workflows of a line of tasks; their works bear the name of the workflow, so that no other test claims them. */
import type { Instance } from '#api/types.ts';
import type { ApiClient } from './api_client.ts';
import { claimOne, report } from './worker.ts';

export async function publishLine(
  api: ApiClient,
  workflow: string,
  keys: readonly string[],
): Promise<void> {
  const document = {
    schemaVersion: 1,
    nodes: keys.map((key) => ({ key, type: 'task', work: `${workflow}-${key}` })),
    edges: keys.slice(1).map((to, at) => ({ from: keys[at], to })),
  };
  for (const key of keys) {
    await api.send('PUT', `/works/${workflow}-${key}`, {});
  }
  await api.send('POST', '/workflows/import', {
    format: 'latchwork',
    document,
    key: workflow,
    publish: true,
  });
}

export async function start(
  api: ApiClient,
  workflow: string,
  objectId: string,
  input: object = {},
): Promise<string> {
  const path = `/workflows/${workflow}/instances`;
  return (await api.send<Instance>('POST', path, { objectId, input })).id;
}

/** Fails the next task of this work for good, and its instance with it. */
export async function failNext(api: ApiClient, work: string, message: string): Promise<void> {
  await report(api, await claimOne(api, work), { type: 'fail', message, retryable: false });
}
