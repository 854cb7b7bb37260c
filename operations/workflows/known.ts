import type { Queryable, Transaction } from '#db/database.ts';
import { isJsonObject, type Json, type JsonObject } from '#engine/json.ts';
import type { Known, KnownWorkflow } from '#engine/validate.ts';
import type { Context } from '../context.ts';

type Subject = { readonly workflow: string; readonly definition: JsonObject };

/** What there is of what a definition names: works, workflows, and whatever those run in turn. */
export async function loadKnown(ctx: Context, sql: Queryable, subject: Subject): Promise<Known> {
  const works = await sql<WorkRow[]>`
    select key, output_schema as "outputSchema"
    from work
    where project_id = ${ctx.projectId} and key = any(${worksIn(subject)}::text[])
  `;
  return {
    ...worksKnown(works),
    ...reachKnown(ctx),
    workflows: await loadWorkflows(ctx, sql, subject),
  };
}

/**
 * The same for one who publishes: the works cannot be deleted until this commits, and where there are children, others who publish a
 * definition with some wait: each must see what the other made, or two could close a circle at once.
 */
export async function lockKnown(ctx: Context, tx: Transaction, subject: Subject): Promise<Known> {
  const works = await tx<WorkRow[]>`
    select key, output_schema as "outputSchema"
    from work
    where project_id = ${ctx.projectId} and key = any(${worksIn(subject)}::text[])
    order by key
    for key share
  `;
  if (childrenIn(subject).length > 0) {
    await tx`select pg_advisory_xact_lock(${PUBLISH_LOCK}::int, ${ctx.projectId}::int)`;
  }
  return {
    ...worksKnown(works),
    ...reachKnown(ctx),
    workflows: await loadWorkflows(ctx, tx, subject),
  };
}

/** Any number that no other advisory lock of two numbers uses. */
const PUBLISH_LOCK = 1_819_242_356;

type WorkRow = { readonly key: string; readonly outputSchema: JsonObject | null };

function worksKnown(rows: readonly WorkRow[]): Pick<Known, 'works' | 'outputSchemas'> {
  return {
    works: new Set(rows.map(({ key }) => key)),
    outputSchemas: new Map(
      rows.flatMap(({ key, outputSchema }) => (outputSchema ? [[key, outputSchema]] : [])),
    ),
  };
}

function reachKnown({ outbound }: Context): Pick<Known, 'guard'> {
  return { guard: outbound?.project };
}

type Named = { readonly work: string | null; readonly child: Child | null };
type Child = { readonly workflow: string; readonly version: number | null };

/** What the nodes of a definition name; it is not validated yet. */
function namedIn({ definition }: Subject): Named[] {
  const { nodes } = definition;

  return (Array.isArray(nodes) ? (nodes as readonly Json[]) : [])
    .filter(isJsonObject)
    .map((node) => {
      const { work, workflow, version } = node;
      return {
        work: typeof work === 'string' ? work : null,
        child: typeof workflow === 'string' ? { workflow, version: numberOf(version) } : null,
      };
    });
}

/** What cannot be the number of a version stands for none. */
function numberOf(version: Json | undefined): number | null {
  if (version === undefined) {
    return null;
  }
  return typeof version === 'number' && Number.isInteger(version) && Math.abs(version) < 2 ** 31
    ? version
    : 0;
}

function worksIn(subject: Subject): string[] {
  return [...new Set(namedIn(subject).flatMap(({ work }) => work ?? []))];
}

function childrenIn(subject: Subject): Child[] {
  return namedIn(subject).flatMap(({ child }) => child ?? []);
}

async function loadWorkflows(
  ctx: Context,
  sql: Queryable,
  subject: Subject,
): Promise<NonNullable<Known['workflows']>> {
  const children = childrenIn(subject);

  return {
    own: subject.workflow,
    byKey: children.length === 0 ? new Map() : await findWorkflows(ctx, sql, children),
  };
}

type WorkflowRow = {
  readonly key: string;
  readonly versions: readonly number[];
  readonly publishedVersion: number | null;
  readonly runs: readonly string[];
};

/** `reached` are the versions that would run, those named and all below them. A workflow without any is in the answer if it is named. */
async function findWorkflows(
  ctx: Context,
  sql: Queryable,
  children: readonly Child[],
): Promise<Map<string, KnownWorkflow>> {
  const keys = children.map(({ workflow }) => workflow);
  const rows = await sql<WorkflowRow[]>`
    with recursive named as (
      select * from unnest(
        ${keys}::text[],
        ${children.map(({ version }) => version)}::int[]
      ) as named(key, version)
    ),
    reached as (
      select v.id, v.workflow_id
      from named
      join workflow w on w.project_id = ${ctx.projectId} and w.key = named.key
      join version v on v.project_id = w.project_id and v.workflow_id = w.id
        and v.number = coalesce(named.version, w.published_version)
      union
      select v.id, v.workflow_id
      from reached
      join version caller on caller.project_id = ${ctx.projectId} and caller.id = reached.id
      cross join lateral jsonb_array_elements(caller.plan -> 'nodes') as node
      join workflow w on w.project_id = ${ctx.projectId} and w.key = node -> 'child' ->> 'workflow'
      join version v on v.project_id = w.project_id and v.workflow_id = w.id
        and v.number = coalesce((node -> 'child' ->> 'version')::int, w.published_version)
    )
    select
      w.key,
      w.published_version as "publishedVersion",
      array(
        select v.number from version v
        where v.project_id = w.project_id and v.workflow_id = w.id and v.status = 'published'
      ) as versions,
      array(
        select distinct node -> 'child' ->> 'workflow'
        from reached r
        join version v on v.project_id = w.project_id and v.id = r.id
        cross join lateral jsonb_array_elements(v.plan -> 'nodes') as node
        where r.workflow_id = w.id and node -> 'child' ->> 'workflow' is not null
      ) as runs
    from workflow w
    where w.project_id = ${ctx.projectId}
      and (w.key = any(${keys}::text[]) or w.id in (select workflow_id from reached))
  `;

  return new Map(
    rows.map(({ key, versions, ...row }) => [key, { ...row, versions: new Set(versions) }]),
  );
}
