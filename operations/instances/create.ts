/**
 * Creating instances, many at a time. Where nothing holds an instance back, it is running when this returns; otherwise it joins its
 * workflow's queue, or waits for its `runAt`.
 *
 *     runAt ahead ──> scheduled        switch off, or the workflow has a limit ──> queued        else ──> running
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { recordFailures } from '#db/hot/attempts.ts';
import { insertTasks, type NewTask } from '#db/hot/tasks.ts';
import { wake } from '#db/jobs.ts';
import { asJson, storable, type Transaction } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import { advance, type NodeFailure } from '#engine/advance.ts';
import { json, type JsonObject } from '#engine/json.ts';
import { encodeState, emptyState } from '#engine/state.ts';
import type { InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { checkSchema } from '../json_schema.ts';
import { moment } from '../moment.ts';
import { isRefusal, lacks, refuse, type FieldError, type Refusal } from '../refusal.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { announce } from './announce.ts';
import { errorOf, openedTasks } from './turn.ts';

export const createInstance = z.strictObject({
  objectId: z.string().min(1).max(500).meta({ description: 'what the run is for, in your words' }),
  input: json.optional(),
  version: z.int().min(1).optional().meta({ description: 'default: the published version' }),
  priority: z.int().min(-10_000).max(10_000).optional(),
  runAt: moment.optional(),
  labels: z.record(z.string().max(100), z.string().max(500)).optional(),
  dedupeKey: z.string().min(1).max(500).optional(),
});

export type CreateInstance = z.infer<typeof createInstance>;

export const MOST_INSTANCES = 1_000;

export type Created =
  | { readonly ok: true; readonly id: string; readonly deduplicated: boolean }
  | {
      readonly ok: false;
      readonly code: 'invalid_request' | 'not_found' | 'no_published_version';
      readonly message: string;
      readonly errors?: readonly FieldError[];
    };

type Workflow = {
  readonly id: number;
  readonly key: string;
  readonly enabled: boolean;
  readonly maxRunning: number;
  readonly priority: number;
  readonly publishedVersion: number | null;
};

/** A row to insert, with the tasks that open at once. */
type Prepared = {
  readonly place: number;
  readonly id: string;
  readonly row: JsonObject;
  readonly tasks: readonly NewTask[];
  /** Nodes that failed at once, by an expression. */
  readonly failures: readonly (NodeFailure & { readonly node: number })[];
  readonly status: InstanceStatus;
  readonly dedupeKey: string | null;
};

/**
 * Creates instances of one workflow; answers each, in their order. A bad one never loses the others. `idempotencyKey`: the same call
 * again with the same instances is answered as the first, with `replayed`; with others it is refused.
 */
export async function createInstances(
  ctx: Context,
  input: {
    readonly workflow: string;
    readonly instances: readonly CreateInstance[];
    readonly idempotencyKey?: string | undefined;
    /** The whole request, where it held more than these instances: some were no instances at all. */
    readonly request?: unknown;
  },
): Promise<{ readonly results: readonly Created[]; readonly replayed: boolean } | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const workflow = await findWorkflow(ctx, tx, input.workflow);
    if (workflow === undefined) {
      return refuse('not_found', `There is no workflow "${input.workflow}".`, {
        facts: { workflow: input.workflow },
      });
    }
    // From here on the call has an answer, which the key stands for.
    const { idempotencyKey } = input;
    if (idempotencyKey !== undefined) {
      const earlier = await findEarlier(ctx, tx, idempotencyKey, input);
      if (earlier !== null) {
        return earlier;
      }
    }

    const results = await create(ctx, tx, workflow, input.instances);
    if (idempotencyKey !== undefined) {
      await tx`
        update idempotency set answer = ${asJson(results)}::text::jsonb
        where project_id = ${ctx.projectId} and owner = ${ownerOf(ctx)} and key = ${idempotencyKey}
      `;
    }
    return { results, replayed: false };
  });
}

async function create(
  ctx: Context,
  tx: Transaction,
  workflow: Workflow,
  instances: readonly CreateInstance[],
): Promise<Created[]> {
  const versionOf = await findVersions(ctx, tx, workflow, instances);
  const results: Created[] = [];
  const prepared: Prepared[] = [];

  for (const [place, instance] of instances.entries()) {
    const version = versionOf(instance.version ?? workflow.publishedVersion);
    const wrong = version === null ? noVersion(workflow, instance) : checkInput(version, instance);

    if (wrong !== null || version === null) {
      results[place] = wrong ?? noVersion(workflow, instance);
    } else {
      const one = prepare(ctx, workflow, version, instance, place);
      prepared.push(one);
      results[place] = { ok: true, id: one.id, deduplicated: false };
    }
  }

  const inserted = await insert(tx, prepared);
  const lost = prepared.filter(({ id }) => !inserted.has(id));
  for (const { place, id } of await findDeduplicated(ctx, tx, workflow, lost)) {
    results[place] = { ok: true, id, deduplicated: true };
  }
  await tell(
    ctx,
    tx,
    workflow,
    prepared.filter(({ id }) => inserted.has(id)),
  );

  return results;
}

/** The answer to an earlier call with this key, or null after this call has taken the key. A call under way is waited for. */
async function findEarlier(
  ctx: Context,
  tx: Transaction,
  key: string,
  input: object,
): Promise<{ results: readonly Created[]; replayed: true } | Refusal | null> {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest();
  const owner = ownerOf(ctx);
  const taken = await tx`
    insert into idempotency (project_id, owner, key, request_hash, answer, created_at)
    values (${ctx.projectId}, ${owner}, ${key}, ${hash}, '[]', ${ctx.clock()})
    on conflict do nothing
    returning key
  `;
  if (taken.length > 0) {
    return null;
  }
  const [earlier] = await tx<{ requestHash: Buffer; answer: Created[] }[]>`
    select request_hash as "requestHash", answer
    from idempotency
    where project_id = ${ctx.projectId} and owner = ${owner} and key = ${key}
  `;

  return earlier === undefined || !hash.equals(earlier.requestHash)
    ? refuse(
        'idempotency_mismatch',
        `The idempotency key "${key}" was used before with another request.`,
        { facts: { idempotencyKey: key } },
      )
    : { results: earlier.answer, replayed: true };
}

function ownerOf({ actor }: Context): string {
  return 'id' in actor ? `${actor.kind}:${actor.id}` : actor.kind;
}

async function findWorkflow(
  ctx: Context,
  tx: Transaction,
  key: string,
): Promise<Workflow | undefined> {
  const [workflow] = await tx<Workflow[]>`
    select
      id, key, enabled, max_running as "maxRunning", priority,
      published_version as "publishedVersion"
    from workflow
    where project_id = ${ctx.projectId} and key = ${key}
    -- Not to be deleted before its first instance is there.
    for key share
  `;
  return workflow;
}

/** Programs of the versions that the instances name; null for one that is not there or may not be run. */
async function findVersions(
  ctx: Context,
  tx: Transaction,
  workflow: Workflow,
  instances: readonly CreateInstance[],
): Promise<(number: number | null) => VersionProgram | null> {
  const numbers = new Set(
    instances.flatMap(({ version }) => version ?? workflow.publishedVersion ?? []),
  );
  const rows = await tx<{ id: number; number: number }[]>`
    select id, number
    from version
    where project_id = ${ctx.projectId}
      and workflow_id = ${workflow.id}
      and number = any(${[...numbers]}::int[])
      and status = 'published'
  `;
  const idOf = new Map(rows.map(({ id, number }) => [number, id]));
  const programOf = await loadPrograms(ctx.db, tx, idOf.values());

  return (number) => {
    const id = number === null ? undefined : idOf.get(number);
    return id === undefined ? null : programOf(id);
  };
}

function noVersion(workflow: Workflow, { version }: CreateInstance): Created {
  return version === undefined
    ? {
        ok: false,
        code: 'no_published_version',
        message: `Workflow "${workflow.key}" has no published version; publish its draft first.`,
      }
    : {
        ok: false,
        code: 'not_found',
        message: `Workflow "${workflow.key}" has no published version ${version}.`,
      };
}

function checkInput(version: VersionProgram, instance: CreateInstance): Created | null {
  const { inputSchema } = version.program.plan;
  const errors =
    inputSchema === null ? [] : checkSchema(inputSchema, instance.input ?? {}, '/input');

  return errors.length === 0
    ? null
    : {
        ok: false,
        code: 'invalid_request',
        message: `The input does not fit workflow "${version.workflow}" version ${version.version}: ${errors[0]?.message}`,
        errors,
      };
}

function prepare(
  ctx: Context,
  workflow: Workflow,
  version: VersionProgram,
  instance: CreateInstance,
  place: number,
): Prepared {
  const now = ctx.clock();
  const id = uuidv7(now);
  const { program } = version;
  const runAt = instance.runAt === undefined ? null : new Date(instance.runAt);
  const limited = workflow.maxRunning > 0;
  const held: InstanceStatus | null =
    runAt !== null && runAt > now ? 'scheduled' : limited || !workflow.enabled ? 'queued' : null;
  const first = held === null ? start(version, id, instance) : null;
  const status = held ?? first?.status ?? 'running';

  const row = {
    project_id: ctx.projectId,
    id,
    workflow_id: workflow.id,
    version_id: version.versionId,
    status,
    priority: instance.priority ?? workflow.priority,
    reads: (program.reads.input ? 1 : 0) + (program.reads.context ? 2 : 0),
    limited,
    state: first?.state ?? encodeState(emptyState(program.nodes.length)),
    object_id: instance.objectId,
    input: instance.input ?? {},
    labels: instance.labels ?? {},
    ...(instance.dedupeKey === undefined ? {} : { dedupe_key: instance.dedupeKey }),
    ...(runAt === null ? {} : { run_at: runAt.toISOString() }),
    ...(first === null ? {} : { started_at: now.toISOString() }),
    ...(first === null || program.plan.timeoutSeconds === null
      ? {}
      : { expires_at: after(now, program.plan.timeoutSeconds) }),
    ...(first?.error ? { error: first.error } : {}),
    ...(first?.output ? { output: first.output } : {}),
    ...(status === 'succeeded' || status === 'failed' ? { finished_at: now.toISOString() } : {}),
    created_at: now.toISOString(),
  } satisfies JsonObject;

  return {
    place,
    id,
    row,
    status,
    dedupeKey: instance.dedupeKey === undefined ? null : storable(instance.dedupeKey),
    failures: first?.failures ?? [],
    tasks:
      first === null
        ? []
        : openedTasks(
            {
              projectId: ctx.projectId,
              instanceId: id,
              priority: instance.priority ?? workflow.priority,
              retried: false,
              status,
            },
            version,
            first.effects,
            now,
          ),
  };
}

function after(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1_000).toISOString();
}

/** The first turn of an instance that may run at once. At its start nothing has finished, so no output can be lacking. */
function start(version: VersionProgram, id: string, instance: CreateInstance) {
  const { program, workflow, version: number } = version;
  const advanced = advance(program, emptyState(program.nodes.length), [{ type: 'start' }], {
    input: instance.input ?? {},
    context: {},
    object: { id: instance.objectId },
    instance: { id, workflow, version: number },
    outputs: new Map(),
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
    failures: advanced.effects.flatMap((effect) =>
      effect.type === 'record' ? [effect.failure] : [],
    ),
  };
}

/**
 * Inserts instances and their first tasks; answers the ids of those that were not there already. Only a dedupe key can stand in the way:
 * without one both statements are sent at once.
 */
async function insert(tx: Transaction, prepared: readonly Prepared[]): Promise<Set<string>> {
  if (prepared.every(({ dedupeKey }) => dedupeKey === null)) {
    await Promise.all([insertInstances(tx, prepared), insertFirstTasks(tx, prepared)]);
    return new Set(prepared.map(({ id }) => id));
  }

  const made = new Set((await insertInstances(tx, prepared)).map(({ id }) => id));
  await insertFirstTasks(
    tx,
    prepared.filter(({ id }) => made.has(id)),
  );
  return made;
}

async function insertFirstTasks(tx: Transaction, prepared: readonly Prepared[]): Promise<void> {
  const tasks = prepared.flatMap((one) => one.tasks);
  if (tasks.length > 0) {
    await insertTasks(tx, tasks);
  }
}

function insertInstances(tx: Transaction, prepared: readonly Prepared[]) {
  return tx<{ id: string }[]>`
    insert into instance (
      project_id, id, workflow_id, version_id, status, priority, reads, limited, state,
      object_id, input, labels, dedupe_key, run_at, created_at, started_at, expires_at, finished_at,
      output, error
    )
    select
      project_id, id, workflow_id, version_id, status, priority, reads, limited, state,
      object_id, input, labels, dedupe_key, run_at, created_at, started_at, expires_at, finished_at,
      output, error
    from jsonb_to_recordset(${asJson(prepared.map(({ row }) => row))}::text::jsonb) as r(
      project_id int, id uuid, workflow_id int, version_id int, status text, priority smallint,
      reads smallint, limited bool, state text, object_id text, input jsonb, labels jsonb,
      dedupe_key text, run_at timestamptz, created_at timestamptz, started_at timestamptz,
      expires_at timestamptz, finished_at timestamptz, output jsonb, error jsonb
    )
    on conflict (project_id, workflow_id, dedupe_key) where dedupe_key is not null do nothing
    returning id
  `;
}

async function findDeduplicated(
  ctx: Context,
  tx: Transaction,
  workflow: Workflow,
  lost: readonly Prepared[],
): Promise<{ place: number; id: string }[]> {
  if (lost.length === 0) {
    return [];
  }
  const rows = await tx<{ id: string; dedupeKey: string }[]>`
    select id, dedupe_key as "dedupeKey"
    from instance
    where project_id = ${ctx.projectId}
      and workflow_id = ${workflow.id}
      and dedupe_key = any(${lost.map(({ dedupeKey }) => dedupeKey)}::text[])
  `;
  const idOf = new Map(rows.map(({ id, dedupeKey }) => [dedupeKey, id]));

  return lost.flatMap(({ place, dedupeKey }) => {
    const id = dedupeKey === null ? undefined : idOf.get(dedupeKey);
    return id === undefined ? [] : [{ place, id }];
  });
}

async function tell(
  ctx: Context,
  tx: Transaction,
  workflow: Workflow,
  created: readonly Prepared[],
): Promise<void> {
  if (created.length === 0) {
    return;
  }
  const { projectId } = ctx;
  const failures = created.flatMap(({ id, failures: list }) =>
    list.map((failure) => ({ projectId, instanceId: id, ...failure })),
  );
  const ready = created
    .flatMap(({ tasks }) => tasks)
    .filter(({ status, held }) => status === 'ready' && !held);
  const queued = created.some(({ status }) => status === 'queued');
  const payload = { projectId, workflowId: workflow.id };

  await Promise.all([
    failures.length > 0 ? recordFailures(tx, failures, ctx.clock()) : null,
    wake(tx, queued && workflow.enabled ? [{ name: 'admit', payload }] : [], ready),
    announce(tx, {
      changed: created.map(({ id }) => ({ projectId, instanceId: id, workflowId: workflow.id })),
      ready,
    }),
  ]);
}
