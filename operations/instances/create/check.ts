import type { Transaction } from '#db/database.ts';
import type { Context } from '../../context.ts';
import { checkSchema } from '../../json_schema.ts';
import { bitsOf, USUAL_EVENTS } from '../../notifications/events.ts';
import { urlErrors } from '../../outbound_url.ts';
import { loadPrograms, type VersionProgram } from '../../versions/program.ts';
import type { CreateInstance, NewInstance, NotCreated, Parent } from './instance.ts';
import type { WorkflowRow } from './rows.ts';

/** One that has passed its checks, at its place in the call. */
export type Checked = {
  readonly place: number;
  readonly workflow: WorkflowRow;
  readonly version: VersionProgram;
  readonly instance: CreateInstance;
  readonly parent: Parent | null;
  /** What anybody wants to hear of it. */
  readonly notifies: number;
};

export async function findWorkflows(
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
export async function findVersions(
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

export function check(
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
export function ownOf({ instance: { notifyUrl, notifyEvents } }: NewInstance): number {
  return notifyUrl === undefined ? 0 : bitsOf(notifyEvents ?? USUAL_EVENTS);
}

export function noWorkflow(key: string): NotCreated {
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
