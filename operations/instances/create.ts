/**
 * Creating instances, many at a time. Where nothing holds an instance back, it is running when this returns; otherwise it joins its
 * workflow's queue, waits for its `runAt`, or for the instance that has its object.
 *
 *     runAt ahead ──> scheduled      object busy, switch off, or the workflow has a limit ──> queued      else ──> running
 */
import * as z from 'zod';
import { wake, type WakeUp } from '#db/jobs.ts';
import { plain, texts } from '#db/columns.ts';
import { storable, type Transaction } from '#db/database.ts';
import { MAX_NODES } from '#engine/definition.ts';
import { json } from '#engine/json.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { checkSchema } from '../json_schema.ts';
import { moment } from '../moment.ts';
import { bitsOf, instanceEventsInput, USUAL_EVENTS } from '../notifications/events.ts';
import { endOf } from '../notifications/happenings.ts';
import { findListening } from '../notifications/listen.ts';
import { raiseInstanceEvents } from '../notifications/raise.ts';
import { urlErrors, webhookUrl } from '../outbound_url.ts';
import { isRefusal, lacks, refuse, type FieldError, type Refusal } from '../refusal.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { announce } from './announce.ts';
import { findEarlier, keepAnswer } from './create_idempotent.ts';
import { insert, prepare, type Prepared, type WorkflowRow } from './create_rows.ts';
import { findHolders, keyOfObject, lockObjects } from './objects.ts';

export const MOST_OBJECT_ID = 500;

export const createInstance = z.strictObject({
  objectId: z
    .string()
    .min(1)
    .max(MOST_OBJECT_ID)
    .meta({ description: 'what the run is for, in your words' }),
  input: json.optional(),
  version: z.int().min(1).optional().meta({ description: 'default: the published version' }),
  priority: z.int().min(-10_000).max(10_000).optional(),
  runAt: moment.optional(),
  only: z.array(z.string().max(200)).min(1).max(MAX_NODES).optional().meta({
    description: 'keys of the nodes to run; all others are skipped and count as succeeded',
  }),
  labels: z.record(z.string().max(100), z.string().max(500)).optional(),
  dedupeKey: z.string().min(1).max(500).optional(),
  notifyUrl: webhookUrl.optional().meta({
    description: 'is told how the instance ended; private addresses must be allowed for it',
  }),
  notifyEvents: instanceEventsInput.optional().meta({
    description: 'what `notifyUrl` is told of; default: only `instance.completed`',
  }),
});

export type CreateInstance = z.infer<typeof createInstance>;

/** The task, and its attempt, that an instance is the child of. */
export type Parent = {
  readonly id: string;
  readonly node: number;
  readonly segment: number;
  readonly attempt: number;
  readonly token: string;
};

export const MOST_INSTANCES = 1_000;

export type Created =
  | { readonly ok: true; readonly id: string; readonly deduplicated: boolean }
  | {
      readonly ok: false;
      readonly code: 'invalid_request' | 'not_found' | 'no_published_version' | 'object_busy';
      readonly message: string;
      readonly errors?: readonly FieldError[];
      /** The instance that has the object. */
      readonly busyWith?: string;
    };

type NotCreated = Extract<Created, { ok: false }>;

/** What to create: of which workflow, and whose child if any. */
export type NewInstance = {
  readonly workflow: string;
  readonly instance: CreateInstance;
  readonly parent: Parent | null;
};

/** One that has passed its checks, at its place in the call. */
type Checked = {
  readonly place: number;
  readonly workflow: WorkflowRow;
  readonly version: VersionProgram;
  readonly instance: CreateInstance;
  readonly parent: Parent | null;
  /** What anybody wants to hear of it. */
  readonly notifies: number;
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
    const workflows = await findWorkflows(ctx, tx, [input.workflow]);
    if (workflows.size === 0) {
      return refuse('not_found', noWorkflow(input.workflow).message, {
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

    const results = await create(
      ctx,
      tx,
      workflows,
      input.instances.map((instance) => ({ workflow: input.workflow, instance, parent: null })),
    );
    if (idempotencyKey !== undefined) {
      await keepAnswer(ctx, tx, idempotencyKey, results);
    }
    return { results, replayed: false };
  });
}

/**
 * Creates instances of any workflows in the caller's transaction; answers each, in their order. It locks the workflows and objects, so
 * a caller that locks instances does so after it, and calls it once.
 */
export async function createInTransaction(
  ctx: Context,
  tx: Transaction,
  items: readonly NewInstance[],
): Promise<readonly Created[]> {
  const keys = [...new Set(items.map(({ workflow }) => workflow))];
  return create(ctx, tx, await findWorkflows(ctx, tx, keys), items);
}

async function create(
  ctx: Context,
  tx: Transaction,
  workflows: ReadonlyMap<string, WorkflowRow>,
  items: readonly NewInstance[],
): Promise<Created[]> {
  const [versionOf, listeningTo] = await Promise.all([
    findVersions(ctx, tx, workflows, items),
    // After the lock on the workflows: an endpoint that begins to listen waits for it, or was there before.
    findListening(
      ctx,
      tx,
      [...workflows.values()].map(({ id }) => id),
    ),
  ]);
  const results: Created[] = [];
  const checked: Checked[] = [];

  for (const [place, item] of items.entries()) {
    const one = check(ctx, workflows.get(item.workflow), versionOf, item);
    if ('ok' in one) {
      results[place] = one;
    } else {
      checked.push({ ...one, place, notifies: listeningTo(one.workflow.id) | ownOf(item) });
    }
  }

  const { prepared, rejected } = await prepareAll(ctx, tx, checked);
  const inserted = await insert(tx, prepared, ctx.clock());
  const lost = prepared.filter(({ id }) => !inserted.has(id));

  for (const { place, result } of rejected) {
    results[place] = result;
  }
  for (const { place, id } of prepared) {
    results[place] = { ok: true, id, deduplicated: false };
  }
  for (const { place, id } of await findDeduplicated(ctx, tx, lost)) {
    results[place] = { ok: true, id, deduplicated: true };
  }
  await tell(
    ctx,
    tx,
    prepared.filter(({ id }) => inserted.has(id)),
    lost,
  );

  return results;
}

async function findWorkflows(
  ctx: Context,
  tx: Transaction,
  keys: readonly string[],
): Promise<ReadonlyMap<string, WorkflowRow>> {
  const workflows = await tx<WorkflowRow[]>`
    select
      id, key, enabled, max_running as "maxRunning", priority, ageing_seconds as "ageingSeconds",
      on_object_busy as "onObjectBusy", published_version as "publishedVersion"
    from workflow
    where project_id = ${ctx.projectId} and key = any(${[...keys]}::text[])
    order by id
    -- Not to be deleted, nor its rules for objects changed, before its first instance is there.
    for key share
  `;
  return new Map(workflows.map((workflow) => [workflow.key, workflow]));
}

/** Programs of the versions that the instances name; undefined for one that is not there or may not be run. */
async function findVersions(
  ctx: Context,
  tx: Transaction,
  workflows: ReadonlyMap<string, WorkflowRow>,
  items: readonly NewInstance[],
): Promise<(workflow: WorkflowRow, number: number | null) => VersionProgram | undefined> {
  const wanted = new Map(
    items.flatMap(({ workflow: key, instance }) => {
      const workflow = workflows.get(key);
      const number = instance.version ?? workflow?.publishedVersion ?? null;
      return workflow === undefined || number === null
        ? []
        : [[`${workflow.id}:${number}`, { workflowId: workflow.id, number }] as const];
    }),
  );
  const list = [...wanted.values()];
  const rows = await tx<{ id: number; workflowId: number; number: number }[]>`
    select v.id, v.workflow_id as "workflowId", v.number
    from unnest(
      ${list.map(({ workflowId }) => workflowId)}::int[],
      ${list.map(({ number }) => number)}::int[]
    ) as r(workflow_id, number)
    join version v
      on v.project_id = ${ctx.projectId} and v.workflow_id = r.workflow_id and v.number = r.number
    where v.status = 'published'
  `;
  const idOf = new Map(rows.map((row) => [`${row.workflowId}:${row.number}`, row.id]));
  const programOf = await loadPrograms(ctx.db, tx, idOf.values());

  return (workflow, number) => {
    const id = idOf.get(`${workflow.id}:${number}`);
    return id === undefined ? undefined : programOf(id);
  };
}

function check(
  ctx: Context,
  workflow: WorkflowRow | undefined,
  versionOf: (workflow: WorkflowRow, number: number | null) => VersionProgram | undefined,
  item: NewInstance,
): NotCreated | Omit<Checked, 'place' | 'notifies'> {
  if (workflow === undefined) {
    return noWorkflow(item.workflow);
  }
  const { instance, parent } = item;
  const version = versionOf(workflow, instance.version ?? workflow.publishedVersion);

  return version === undefined
    ? noVersion(workflow, instance)
    : (checkInput(version, instance) ??
        checkOnly(version, instance) ??
        checkNotify(ctx, instance) ?? { workflow, version, instance, parent });
}

/** What the instance's own URL is to hear. */
function ownOf({ instance: { notifyUrl, notifyEvents } }: NewInstance): number {
  return notifyUrl === undefined ? 0 : bitsOf(notifyEvents ?? USUAL_EVENTS);
}

function noWorkflow(key: string): NotCreated {
  return { ok: false, code: 'not_found', message: `There is no workflow "${key}".` };
}

function noVersion(workflow: WorkflowRow, { version }: CreateInstance): NotCreated {
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

function checkInput(version: VersionProgram, instance: CreateInstance): NotCreated | null {
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

function checkOnly(version: VersionProgram, { only = [] }: CreateInstance): NotCreated | null {
  const { index, plan } = version.program;
  const errors = only.flatMap((key, place) =>
    index.has(key) || plan.folded?.some((mark) => mark.key === key)
      ? []
      : [{ pointer: `/only/${place}`, code: 'unknown_node', message: `there is no node "${key}"` }],
  );

  return errors.length === 0
    ? null
    : {
        ok: false,
        code: 'invalid_request',
        message: `Workflow "${version.workflow}" version ${version.version}: ${errors
          .map(({ message }) => message)
          .join(', ')}.`,
        errors,
      };
}

function checkNotify(ctx: Context, { notifyUrl, notifyEvents }: CreateInstance): NotCreated | null {
  const alone = notifyEvents !== undefined && notifyUrl === undefined;
  const [error] = alone
    ? [{ pointer: '/notifyEvents', code: 'custom', message: 'needs a "notifyUrl"' }]
    : urlErrors(ctx, '/notifyUrl', notifyUrl, 'instances');

  return error === undefined
    ? null
    : {
        ok: false,
        code: 'invalid_request',
        message: `"${error.pointer.slice(1)}" ${error.message}.`,
        errors: [error],
      };
}

/** Says of each how it begins, which for those with an object of their own depends on who has it, earlier ones of this call included. */
async function prepareAll(
  ctx: Context,
  tx: Transaction,
  checked: readonly Checked[],
): Promise<{ prepared: Prepared[]; rejected: { place: number; result: Created }[] }> {
  const exclusive = checked.filter(({ workflow }) => workflow.onObjectBusy !== 'allow');
  const objects = [
    ...new Map(exclusive.map(objectOf).map((one) => [keyOfObject(one), one])).values(),
  ];
  await lockObjects(tx, objects);
  const holders = new Map(
    (await findHolders(tx, objects)).map((holder) => [keyOfObject(holder), holder.id]),
  );
  const prepared: Prepared[] = [];
  const busy: (Checked & { readonly busyWith: string })[] = [];

  for (const one of checked) {
    const { onObjectBusy } = one.workflow;
    const key = keyOfObject(objectOf(one));
    const holder = onObjectBusy === 'allow' ? undefined : holders.get(key);

    if (holder !== undefined && onObjectBusy === 'reject') {
      busy.push({ ...one, busyWith: holder });
    } else {
      const made = prepare(ctx, { ...one, busy: holder !== undefined });
      prepared.push(made);
      if (holder === undefined && made.status !== 'scheduled' && !isFinalInstance(made.status)) {
        holders.set(key, made.id);
      }
    }
  }

  return { prepared, rejected: await reject(ctx, tx, busy) };
}

function objectOf({ workflow, instance }: Pick<Checked, 'workflow' | 'instance'>) {
  return { workflowId: workflow.id, objectId: storable(instance.objectId) };
}

/** The refusals of those whose object is busy; but one that was created before is answered as that. */
async function reject(
  ctx: Context,
  tx: Transaction,
  busy: readonly (Checked & { readonly busyWith: string })[],
): Promise<{ place: number; result: Created }[]> {
  const keyed = busy.map((one) => ({
    ...one,
    dedupeKey: one.instance.dedupeKey === undefined ? null : storable(one.instance.dedupeKey),
  }));
  const earlier = new Map(
    (await findDeduplicated(ctx, tx, keyed)).map(({ place, id }) => [place, id]),
  );

  return busy.map(({ place, workflow, instance, busyWith }) => {
    const id = earlier.get(place);
    return {
      place,
      result:
        id !== undefined
          ? { ok: true, id, deduplicated: true }
          : {
              ok: false,
              code: 'object_busy',
              message: `Workflow "${workflow.key}" lets one instance per object run, and instance ${busyWith} of "${instance.objectId}" has not ended.`,
              busyWith,
            },
    };
  });
}

async function findDeduplicated(
  ctx: Context,
  tx: Transaction,
  lost: readonly {
    readonly place: number;
    readonly workflow: WorkflowRow;
    readonly dedupeKey: string | null;
  }[],
): Promise<{ place: number; id: string }[]> {
  const keyed = lost.filter(({ dedupeKey }) => dedupeKey !== null);
  if (keyed.length === 0) {
    return [];
  }
  return tx<{ place: number; id: string }[]>`
    select r.place, i.id
    from unnest(
      ${plain(keyed.map(({ place }) => place))}::text::int[],
      ${plain(keyed.map(({ workflow }) => workflow.id))}::text::int[],
      ${texts(keyed.map(({ dedupeKey }) => dedupeKey))}::text::text[]
    ) as r(place, workflow_id, dedupe_key)
    join instance i
      on i.project_id = ${ctx.projectId}
      and i.workflow_id = r.workflow_id
      and i.dedupe_key = r.dedupe_key
  `;
}

async function tell(
  ctx: Context,
  tx: Transaction,
  created: readonly Prepared[],
  lost: readonly Prepared[],
): Promise<void> {
  if (created.length === 0) {
    return;
  }
  const { projectId } = ctx;
  const ready = created
    .flatMap(({ opened }) => opened.tasks)
    .filter(({ status, held }) => status === 'ready' && !held);

  const happenings = created.flatMap((one) =>
    endOf({ projectId, instanceId: one.id, notifies: one.notifies }, one.status),
  );
  const senders = await raiseInstanceEvents(tx, happenings, ctx.clock());

  await Promise.all([
    wake(tx, [...wakeUpsOf(projectId, created, lost), ...senders], ready),
    announce(tx, {
      changed: created.map(({ id, workflow }) => ({
        projectId,
        instanceId: id,
        workflowId: workflow.id,
      })),
      ready,
    }),
  ]);
}

/**
 * Admission for those in line; the freeing of their object for those that replace, or that stand behind one that was not made; the
 * parent of one that ended at once.
 */
function wakeUpsOf(
  projectId: number,
  created: readonly Prepared[],
  lost: readonly Prepared[],
): WakeUp[] {
  return created.flatMap(({ workflow, status, blocked, objectId, parentId }): WakeUp[] => {
    const workflowId = workflow.id;

    if (blocked) {
      return workflow.onObjectBusy === 'replace' || lost.length > 0
        ? [{ name: 'free', payload: { projectId, workflowId, objectId } }]
        : [];
    }
    if (isFinalInstance(status) && parentId !== null) {
      return [{ name: 'children', payload: { projectId, instanceId: parentId } }];
    }
    return status === 'queued' && workflow.enabled
      ? [{ name: 'admit', payload: { projectId, workflowId } }]
      : [];
  });
}
