/**
 * A world to test in: a real database, one published workflow drawn in a tiny notation, a clock that only tests move.
 *
 *     const world = await setup({ dag: 'a -> b, a -> c, b -> d, c -> d' });
 *     const id = await world.create();
 *     await world.finish(await world.claim());
 */
import { afterAll, onTestFinished } from 'vitest';
import { openDatabase, type Database } from '#db/database.ts';
import { worksOf, type Definition, type DefinitionNode } from '#engine/definition.ts';
import type { Json } from '#engine/json.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '#operations/context.ts';
import { createInstances } from '#operations/instances/create.ts';
import type { CreateInstance } from '#operations/instances/create/instance.ts';
import { isRefusal } from '#operations/refusal.ts';
import { claimTasks, type ClaimedTask } from '#operations/tasks/claim.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import type { Report, ReportAnswer } from '#operations/tasks/reports.ts';
import { freshDatabase } from './database.ts';

/** What to change of a node that the notation drew; `type` turns it into another kind. */
type Drawn = Partial<Record<string, unknown>>;

export type WorldOptions = {
  /** Edges: `a -> b, b -> c`; a lone name is a node without any. `a -yes-> b` names the branch of a route. */
  readonly dag: string;
  readonly nodes?: Readonly<Record<string, Drawn>>;
  readonly definition?: Partial<Definition>;
  readonly workflow?: {
    maxRunning?: number;
    order?: 'fifo' | 'lifo';
    enabled?: boolean;
    ageingSeconds?: number;
    onObjectBusy?: 'allow' | 'queue' | 'reject' | 'replace';
  };
  /** Columns of `work` to set for all works. */
  readonly work?: Readonly<Record<string, Json>>;
  readonly url?: string;
  /** What has to be there before the workflow is published. */
  readonly before?: (ctx: Context) => Promise<void>;
  /** `file` for a world made in `beforeAll`; default: it ends with the test that made it. */
  readonly lifetime?: 'test' | 'file';
};

export type World = Awaited<ReturnType<typeof setup>>;

/** A moment inside the partitions that migrations make. */
const START = new Date();

export async function setup(options: WorldOptions) {
  const url = options.url ?? (await freshDatabase());
  const db = openDatabase({ url, engineConnections: 6, readConnections: 2, name: 'test' });
  // The worlds of many tests together would hold more connections than the server has.
  const whenDone = options.lifetime === 'file' ? afterAll : onTestFinished;
  whenDone(() => db.close());

  let now = START.getTime();
  const ctx: Context = {
    db,
    projectId: 1,
    actor: { kind: 'system' },
    clock: () => new Date(now),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
  const definition = draw(options);
  await options.before?.(ctx);
  const workflow = await publish(db, definition, options);

  const claim = async (max = 500, works?: readonly string[]): Promise<ClaimedTask[]> => {
    const answer = await claimTasks(ctx, {
      works: [...(works ?? worksOf(definition))],
      max,
      worker: 'test',
    });
    if (isRefusal(answer)) {
      throw new Error(answer.message);
    }
    return answer.tasks;
  };
  const report = (reports: readonly Report[]): Promise<ReportAnswer[]> => reportTasks(ctx, reports);
  const all = (tasks: readonly ClaimedTask[], make: (task: ClaimedTask) => Report) =>
    report(tasks.map(make));

  return {
    url,
    db,
    ctx,
    definition,
    ...workflow,
    advanceClock: (seconds: number) => {
      now += seconds * 1_000;
    },
    /** A second process on the same database: its own connections and lanes, the same clock. */
    another: (): Context => {
      const other = openDatabase({ url, engineConnections: 4, readConnections: 1, name: 'other' });
      whenDone(() => other.close());
      return { ...ctx, db: other };
    },
    create: async (instance: Partial<CreateInstance> = {}): Promise<string> => {
      const answer = await createInstances(ctx, {
        workflow: 'test',
        instances: [{ objectId: 'object', ...instance }],
      });
      const first = isRefusal(answer) ? null : answer.results[0];
      if (!first?.ok) {
        throw new Error(`not created: ${JSON.stringify(answer)}`);
      }
      return first.id;
    },
    claim,
    report,
    finish: (tasks: readonly ClaimedTask[], output: Json = null) =>
      all(tasks, ({ token }) => ({ token, type: 'finish', output })),
    fail: (tasks: readonly ClaimedTask[], message = 'it broke') =>
      all(tasks, ({ token }) => ({ token, type: 'fail', message })),
    /** Claims and finishes until nothing is ready; answers the keys of the nodes in their order. */
    runAll: async (output: (task: ClaimedTask) => Json = () => null): Promise<string[]> => {
      const ran: string[] = [];
      for (let tasks = await claim(); tasks.length > 0; tasks = await claim()) {
        ran.push(...tasks.map(({ task }) => task));
        await all(tasks, (task) => ({ token: task.token, type: 'finish', output: output(task) }));
      }
      return ran;
    },
    /** Status, states by node key, context, output and error of an instance. */
    look: async (id: string) => {
      const [row] = await db.sql`
        select i.status, i.state, i.context, i.output, i.error, v.plan
        from instance i
        join version v on v.project_id = i.project_id and v.id = i.version_id
        where i.id = ${id}
      `;
      const { nodes } = decodeState(String(row?.state));
      const plan = row?.plan as { nodes: { key: string }[] };
      return {
        status: row?.status as string,
        context: row?.context as Json,
        output: row?.output as Json,
        error: row?.error as Json,
        nodes: Object.fromEntries(plan.nodes.map(({ key }, index) => [key, nodes[index]])),
      };
    },
  };
}

function draw({ dag, nodes = {}, definition = {} }: WorldOptions): Definition {
  const keys = new Set<string>();
  const edges: Definition['edges'] = [];

  for (const part of dag.split(',').map((text) => text.trim())) {
    const [from = '', branch, to] = part.split(/\s+-(?:(\w+)-)?>\s+/);
    keys.add(from);
    if (to !== undefined) {
      keys.add(to);
      edges.push({ from, to, ...(branch === undefined ? {} : { branch }) });
    }
  }

  return {
    schemaVersion: 1,
    nodes: [...keys].map((key): DefinitionNode => {
      const drawn = nodes[key] ?? {};
      return 'workflow' in drawn
        ? { key, type: 'workflow', workflow: '', ...drawn }
        : { key, type: 'task', work: key, ...drawn };
    }),
    edges,
    ...definition,
  };
}

async function publish(db: Database, definition: Definition, options: WorldOptions) {
  const {
    maxRunning = 0,
    order = 'fifo',
    enabled = true,
    ageingSeconds = null,
    onObjectBusy = 'allow',
  } = options.workflow ?? {};
  const plan = JSON.stringify(compilePlan(definition));
  const [workflow] = await db.sql<{ id: number }[]>`
    insert into workflow (
      project_id, key, name, max_running, admission, enabled, ageing_seconds, on_object_busy,
      last_version, published_version, created_at, updated_at
    )
    values (
      1, 'test', 'Test', ${maxRunning}, ${order}, ${enabled}, ${ageingSeconds}, ${onObjectBusy},
      1, 1, ${START}, ${START}
    )
    returning id
  `;
  const workflowId = workflow?.id ?? 0;
  await db.sql`
    insert into version (
      project_id, workflow_id, number, status, definition, plan, updated_by, updated_at, published_at
    )
    values (
      1, ${workflowId}, 1, 'published', ${JSON.stringify(definition)}::text::json,
      ${plan}::text::jsonb, 'test', ${START}, ${START}
    )
  `;
  for (const work of worksOf(definition)) {
    const columns = { project_id: 1, key: work, name: work, created_at: START, updated_at: START };
    await db.sql`insert into work ${db.sql({ ...columns, ...options.work })}`;
  }

  return { workflowId };
}
