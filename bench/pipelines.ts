/** The pipelines that are measured, made by the product's own operations. */
import { worksOf, type Definition } from '#engine/definition.ts';
import type { Json } from '#engine/json.ts';
import { createInstances } from '#operations/instances/create.ts';
import { isRefusal, type Refusal } from '#operations/refusal.ts';
import { createWorkflow } from '#operations/workflows/create.ts';
import { publishWorkflow } from '#operations/workflows/publish.ts';
import { putWork } from '#operations/works/put.ts';
import type { Installation } from './installation.ts';

/** `steps` tasks in a row, all of one work. */
export function chainOf(steps: number, work = 'step'): Definition {
  const keys = Array.from({ length: steps }, (_, index) => `step${index + 1}`);

  return {
    schemaVersion: 1,
    nodes: keys.map((key) => ({ key, type: 'task' as const, work })),
    edges: keys.slice(1).map((to, index) => ({ from: keys[index] ?? '', to })),
  };
}

/** A segment per item of the input's `items`, then one task when all have ended. */
export const FANOUT: Definition = {
  schemaVersion: 1,
  nodes: [
    { key: 'parts', type: 'fanout', work: 'part', items: 'input.items' },
    { key: 'join', type: 'task', work: 'join' },
  ],
  edges: [{ from: 'parts', to: 'join' }],
};

/** Makes a workflow, its works and a published version. `maxRunning`: how many instances may run at once. */
export async function publish(
  { ctx }: Installation,
  key: string,
  definition: Definition,
  { maxRunning = 0 }: { readonly maxRunning?: number } = {},
): Promise<void> {
  for (const work of worksOf(definition)) {
    expect(await putWork(ctx, { key: work }));
  }
  expect(await createWorkflow(ctx, { key, definition, maxRunning }));
  expect(await publishWorkflow(ctx, { workflow: key, summary: '', ifMatch: null }));
}

/** From now on tasks of the work are pushed to the endpoint; signed, as its work has got a secret. */
export async function pushTo({ ctx }: Installation, work: string, url: string): Promise<void> {
  expect(await putWork(ctx, { key: work, delivery: 'push', url }));
}

/** From now on tasks of the work wait until somebody claims them. */
export async function pullFrom({ ctx }: Installation, work: string): Promise<void> {
  expect(await putWork(ctx, { key: work, delivery: 'pull' }));
}

/** Creates instances, a thousand at a time; answers their ids. */
export async function createMany(
  { ctx }: Installation,
  workflow: string,
  count: number,
  { input = {}, batch = 1_000 }: { readonly input?: Json; readonly batch?: number } = {},
): Promise<string[]> {
  const ids: string[] = [];

  for (let made = 0; made < count; made += batch) {
    const size = Math.min(batch, count - made);
    const { results } = expect(
      await createInstances(ctx, {
        workflow,
        instances: Array.from({ length: size }, (_, index) => ({
          objectId: `object ${made + index}`,
          input,
        })),
      }),
    );
    for (const result of results) {
      if (!result.ok) throw new Error(result.message);
      ids.push(result.id);
    }
  }

  return ids;
}

/** Figures count only if the work was really done: so many tasks, in all that ever ran here. */
export async function expectFinished({ db }: Installation, tasks: number): Promise<void> {
  const [row] = await db.sql<{ count: number }[]>`
    select count(*)::int as count from attempt where outcome = 'succeeded'
  `;
  if (row?.count !== tasks) {
    throw new Error(`${tasks} tasks should have succeeded, not ${row?.count}`);
  }
}

/** The same of whole instances. */
export async function expectSucceeded(
  { db }: Installation,
  workflow: string,
  count: number,
): Promise<void> {
  const rows = await db.sql<{ status: string; count: number }[]>`
    select i.status, count(*)::int as count
    from instance i
    join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
    where w.key = ${workflow}
    group by i.status
  `;
  const succeeded = rows.find(({ status }) => status === 'succeeded')?.count ?? 0;

  if (succeeded !== count) {
    throw new Error(`${count} instances should have succeeded: ${JSON.stringify(rows)}`);
  }
}

/** The answer of an operation that nothing here can refuse. */
export function expect<Answer>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) throw new Error(answer.message);
  return answer;
}
