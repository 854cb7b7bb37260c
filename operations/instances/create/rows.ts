/** The rows of new instances: how each begins, with the tasks that open at once. */
import { recordAttempts, type OwnAttempt } from '#db/hot/attempts.ts';
import { queueSegments } from '#db/hot/segments.ts';
import { insertTasks } from '#db/hot/tasks.ts';
import { asJson, storable, type Transaction } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import { advance } from '#engine/advance.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Program } from '#engine/program.ts';
import { emptyState, encodeState, type State } from '#engine/state.ts';
import type { InstanceStatus } from '#engine/states.ts';
import type { Context } from '../../context.ts';
import type { VersionProgram } from '../../versions/program.ts';
import type { CreateInstance, Parent } from './instance.ts';
import { openEffects, type Opened } from '../open.ts';
import { rank } from '../rank.ts';
import { errorOf } from '../turn/row.ts';

/** The settings of a workflow that say how its instances begin. */
export type WorkflowRow = {
  readonly id: number;
  readonly key: string;
  readonly enabled: boolean;
  readonly maxRunning: number;
  readonly priority: number;
  readonly ageingSeconds: number | null;
  readonly onObjectBusy: 'allow' | 'queue' | 'reject' | 'replace';
  readonly publishedVersion: number | null;
};

/** A row to insert, with the tasks that open at once. */
export type Prepared = {
  readonly place: number;
  readonly workflow: WorkflowRow;
  readonly id: string;
  readonly row: JsonObject;
  readonly opened: Opened;
  /** Nodes that ended at once without a worker: failed, by an expression. */
  readonly ended: readonly OwnAttempt[];
  readonly status: InstanceStatus;
  readonly objectId: string;
  readonly blocked: boolean;
  readonly parentId: string | null;
  readonly dedupeKey: string | null;
  readonly notifies: number;
};

export type ToPrepare = {
  readonly place: number;
  readonly workflow: WorkflowRow;
  readonly version: VersionProgram;
  readonly instance: CreateInstance;
  readonly parent: Parent | null;
  /** Another instance has its object: it waits for that one's end, unless it is for later anyway. */
  readonly busy: boolean;
  /** What anybody wants to hear of it. */
  readonly notifies: number;
};

export function prepare(ctx: Context, one: ToPrepare): Prepared {
  const { workflow, version, instance, parent } = one;
  const now = ctx.clock();
  const id = uuidv7(now);
  const { program } = version;
  const runAt = instance.runAt === undefined ? null : new Date(instance.runAt);
  const limited = workflow.maxRunning > 0;
  const scheduled = runAt !== null && runAt > now;
  const blocked = one.busy && !scheduled;
  const held: InstanceStatus | null = scheduled
    ? 'scheduled'
    : blocked || limited || !workflow.enabled
      ? 'queued'
      : null;
  const begin = firstState(program, instance.only);
  const first = held === null ? start(version, id, instance, begin, now) : null;
  const status = held ?? first?.status ?? 'running';
  const priority = instance.priority ?? workflow.priority;
  const objectId = storable(instance.objectId);

  const row = {
    project_id: ctx.projectId,
    id,
    workflow_id: workflow.id,
    version_id: version.versionId,
    status,
    priority,
    reads: (program.reads.input ? 1 : 0) + (program.reads.context ? 2 : 0),
    limited,
    exclusive: workflow.onObjectBusy !== 'allow',
    blocked,
    notifies: one.notifies,
    ageing_seconds: workflow.ageingSeconds,
    state: first?.state ?? encodeState(begin),
    object_id: objectId,
    input: instance.input ?? {},
    labels: instance.labels ?? {},
    ...(instance.dedupeKey === undefined ? {} : { dedupe_key: instance.dedupeKey }),
    ...(instance.notifyUrl === undefined ? {} : { notify_url: instance.notifyUrl }),
    ...(instance.notifyEvents === undefined ? {} : { notify_events: [...instance.notifyEvents] }),
    ...(runAt === null ? {} : { run_at: runAt.toISOString() }),
    ...(first === null ? {} : { started_at: now.toISOString() }),
    ...(first === null || program.plan.timeoutSeconds === null
      ? {}
      : { expires_at: after(now, program.plan.timeoutSeconds) }),
    ...(first?.error ? { error: first.error } : {}),
    ...(first?.output ? { output: first.output } : {}),
    ...(status === 'succeeded' || status === 'failed' ? { finished_at: now.toISOString() } : {}),
    ...(parent === null
      ? {}
      : {
          parent_id: parent.id,
          parent_node: parent.node,
          parent_segment: parent.segment,
          parent_attempt: parent.attempt,
          parent_token: parent.token,
        }),
    created_at: now.toISOString(),
  } satisfies JsonObject;

  return {
    place: one.place,
    workflow,
    id,
    row,
    status,
    objectId,
    blocked,
    parentId: parent?.id ?? null,
    notifies: one.notifies,
    dedupeKey: instance.dedupeKey === undefined ? null : storable(instance.dedupeKey),
    ended: (first?.effects ?? []).flatMap((effect) =>
      effect.type === 'record' ? [{ projectId: ctx.projectId, instanceId: id, ...effect }] : [],
    ),
    opened:
      first === null
        ? { tasks: [], lines: [] }
        : openEffects(
            { projectId: ctx.projectId, instanceId: id, priority, retried: false, status },
            version,
            first.effects,
            now,
          ),
  };
}

/** Nodes that are not among those to run have been passed. */
function firstState(program: Program, only: readonly string[] | undefined): State {
  const state = emptyState(program.nodes.length);

  if (only !== undefined) {
    const wanted = new Set(only);
    for (const [node, { key }] of program.plan.nodes.entries()) {
      if (!wanted.has(key)) {
        state.nodes[node] = 'passed';
      }
    }
  }
  return state;
}

function after(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1_000).toISOString();
}

/** The first turn of an instance that may run at once. At its start nothing has finished, so no output can be lacking. */
function start(
  version: VersionProgram,
  id: string,
  instance: CreateInstance,
  state: State,
  now: Date,
) {
  const { program, workflow, version: number } = version;
  const advanced = advance(program, state, [{ type: 'start' }], {
    input: instance.input ?? {},
    context: {},
    object: { id: instance.objectId },
    instance: { id, workflow, version: number },
    outputs: new Map(),
    now: now.getTime(),
    // Nobody could send it one yet.
    signals: [],
  });
  if (advanced.type === 'needs') {
    throw new Error(`the start of "${workflow}" version ${number} reads outputs of tasks`);
  }
  const finish = advanced.effects.find((effect) => effect.type === 'finish');

  return {
    state: encodeState(advanced.state),
    effects: advanced.effects,
    status: finish?.status ?? ('running' as const),
    output: finish?.output ?? null,
    error:
      finish?.status === 'succeeded'
        ? null
        : advanced.failure && errorOf(version, advanced.failure),
  };
}

/**
 * Inserts instances and their first tasks; answers the ids of those that were not there already. Only a dedupe key can stand in the way:
 * without one both statements are sent at once.
 */
export async function insert(
  tx: Transaction,
  prepared: readonly Prepared[],
  now: Date,
): Promise<Set<string>> {
  if (prepared.every(({ dedupeKey }) => dedupeKey === null)) {
    await Promise.all([insertInstances(tx, prepared), insertOpened(tx, prepared, now)]);
    return new Set(prepared.map(({ id }) => id));
  }

  const made = new Set((await insertInstances(tx, prepared)).map(({ id }) => id));
  await insertOpened(
    tx,
    prepared.filter(({ id }) => made.has(id)),
    now,
  );
  return made;
}

async function insertOpened(
  tx: Transaction,
  prepared: readonly Prepared[],
  now: Date,
): Promise<void> {
  const tasks = prepared.flatMap(({ opened }) => opened.tasks);
  const lines = prepared.flatMap(({ opened }) => opened.lines);
  const ended = prepared.flatMap((one) => one.ended);

  await Promise.all([
    tasks.length === 0 ? null : insertTasks(tx, tasks),
    lines.length === 0 ? null : queueSegments(tx, lines),
    ended.length === 0 ? null : recordAttempts(tx, ended, now),
  ]);
}

function insertInstances(tx: Transaction, prepared: readonly Prepared[]) {
  return tx<{ id: string }[]>`
    insert into instance (
      project_id, id, workflow_id, version_id, status, priority, rank, reads, limited, exclusive,
      blocked, state, object_id, input, labels, dedupe_key, run_at, created_at, started_at,
      expires_at, finished_at, output, error, parent_id, parent_node, parent_segment,
      parent_attempt, parent_token, notifies, notify_url, notify_events
    )
    select
      project_id, id, workflow_id, version_id, status, priority, ${rank(tx)}, reads, limited,
      exclusive, blocked, state, object_id, input, labels, dedupe_key, run_at, created_at,
      started_at, expires_at, finished_at, output, error, parent_id, parent_node, parent_segment,
      parent_attempt, parent_token, notifies, notify_url, notify_events
    from jsonb_to_recordset(${asJson(prepared.map(({ row }) => row))}::text::jsonb) as r(
      project_id int, id uuid, workflow_id int, version_id int, status text, priority smallint,
      ageing_seconds float8, reads smallint, limited bool, exclusive bool, blocked bool, state text,
      object_id text, input jsonb, labels jsonb, dedupe_key text, run_at timestamptz,
      created_at timestamptz, started_at timestamptz, expires_at timestamptz,
      finished_at timestamptz, output jsonb, error jsonb, parent_id uuid, parent_node smallint,
      parent_segment int, parent_attempt int, parent_token uuid, notifies smallint,
      notify_url text, notify_events text[]
    )
    on conflict (project_id, workflow_id, dedupe_key) where dedupe_key is not null do nothing
    returning id
  `;
}
