/** A worker in this process: operations are called without any HTTP between. */
import { claimTasks } from '#operations/tasks/claim.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import type { Installation } from './installation.ts';
import { expect } from './pipelines.ts';

export type Drain = {
  readonly works: readonly string[];
  /** Tasks of one claim, and reports of one batch. */
  readonly batch: number;
  /** Loops of claim and report side by side. */
  readonly loops: number;
  /** Stop when so many are done; else when nothing is ready. */
  readonly most?: number;
};

/** Finishes tasks until none is ready; answers how many. */
export async function drain(
  installation: Installation,
  { works, batch, loops, most = Number.POSITIVE_INFINITY }: Drain,
): Promise<number> {
  const { ctx } = installation;
  let claimed = 0;
  let done = 0;

  const loop = async (): Promise<void> => {
    for (;;) {
      const max = Math.min(batch, most - claimed);
      if (max <= 0) return;

      claimed += max;
      const { tasks } = expect(await claimTasks(ctx, { works: [...works], max, worker: 'bench' }));
      claimed -= max - tasks.length;
      if (tasks.length === 0) return;

      const answers = await reportTasks(
        ctx,
        tasks.map(({ token }) => ({ token, type: 'finish', output: { ok: true } })),
      );
      const refused = answers.find(({ ok }) => !ok);
      if (refused) throw new Error(`a report was refused: ${JSON.stringify(refused)}`);
      done += tasks.length;
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));

  return done;
}
