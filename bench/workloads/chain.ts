import { createInstances } from '#operations/instances/create.ts';
import { isRefusal } from '#operations/refusal.ts';
import { claimTasks } from '#operations/tasks/claim.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import { chainOf, publish, type Installation } from '../installation.ts';
import { measure, type Measurement } from '../measure.ts';

const STEPS = 5;
const BATCH = 300;
const LOOPS = 4;

/** Task completions a second, operations called in process: claim, finish and advance of 5-step chains. */
export async function chain(
  installation: Installation,
  { instances = 20_000 }: { instances?: number } = {},
): Promise<Measurement> {
  const { ctx } = installation;
  await publish(installation, 'chain', chainOf(STEPS));
  await createMany(installation, 'chain', instances);

  return measure(installation, 'chain', 'tasks', async () => {
    const counts = await Promise.all(Array.from({ length: LOOPS }, () => drain(ctx)));
    return { n: counts.reduce((sum, count) => sum + count, 0) };
  });
}

async function drain(ctx: Installation['ctx']): Promise<number> {
  for (let done = 0; ; ) {
    const answer = await claimTasks(ctx, { works: ['step'], max: BATCH, worker: 'bench' });
    if (isRefusal(answer)) {
      throw new Error(answer.message);
    }
    const { tasks } = answer;
    if (tasks.length === 0) {
      return done;
    }
    await reportTasks(
      ctx,
      tasks.map(({ token }) => ({ token, type: 'finish', output: { ok: true } })),
    );
    done += tasks.length;
  }
}

export async function createMany(
  { ctx }: Installation,
  workflow: string,
  count: number,
  batch = 1_000,
): Promise<void> {
  for (let made = 0; made < count; made += batch) {
    const size = Math.min(batch, count - made);
    const answer = await createInstances(ctx, {
      workflow,
      instances: Array.from({ length: size }, (_, index) => ({ objectId: `o${made + index}` })),
    });
    if (isRefusal(answer)) {
      throw new Error(answer.message);
    }
  }
}
