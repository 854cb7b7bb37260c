/** A worker as anybody may write one: claims tasks over the REST API and reports on them. */
import type { ApiClient } from './api_client.ts';

export type Claimed = { readonly id: string; readonly token: string; readonly input: unknown };

/** The next task of this work; waits for it as a long poll does. */
export async function claimOne(api: ApiClient, work: string): Promise<Claimed> {
  const { tasks } = await api.send<{ tasks: Claimed[] }>('POST', '/tasks/claim', {
    works: [work],
    max: 1,
    waitSeconds: 20,
    worker: 'e2e',
  });
  const [task] = tasks;
  if (!task) throw new Error(`no task of ${work} came`);
  return task;
}

export async function report(api: ApiClient, task: Claimed, said: object): Promise<void> {
  const { results } = await api.send<{ results: { ok: boolean }[] }>('POST', '/reports', {
    reports: [{ token: task.token, ...said }],
  });
  if (results[0]?.ok !== true) throw new Error(`refused: ${JSON.stringify(results)}`);
}
