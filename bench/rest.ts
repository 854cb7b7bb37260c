/** A web process with workers on the other side of HTTP; those run in this process. */
import { createApiKey } from '#operations/apiKeys/create.ts';
import type { ClaimedTask } from '#operations/tasks/claim.ts';
import { createClient, type Client } from './client.ts';
import type { Installation } from './installation.ts';
import { expect } from './pipelines.ts';

/** A claimed task as it comes over REST. */
export type Claimed = ClaimedTask & { readonly reportUrl: string };

export type Rest = Client & {
  readonly claim: (
    works: readonly string[],
    max: number,
    waitSeconds?: number,
  ) => Promise<readonly Claimed[]>;
};

export async function openRest(
  installation: Installation,
  { connections }: { readonly connections: number },
): Promise<Rest> {
  const web = await installation.start('web');
  const { key } = expect(
    await createApiKey(installation.ctx, { name: 'bench', scopes: ['admin'] }),
  );
  const client = createClient(web.url, { connections, key });

  return {
    ...client,
    async claim(works, max, waitSeconds = 0) {
      const body = { works, max, waitSeconds, worker: 'bench' };
      const { tasks } = await client.post<{ tasks: Claimed[] }>('/api/v1/tasks/claim', body);
      return tasks;
    },
  };
}

/** Runs `loop` so many times side by side until each has returned; answers the sum of their counts. */
export async function sideBySide(loops: number, loop: () => Promise<number>): Promise<number> {
  const counts = await Promise.all(Array.from({ length: loops }, loop));
  return counts.reduce((sum, count) => sum + count, 0);
}
