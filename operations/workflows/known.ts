import { asJson, type Queryable, type Transaction } from '#db/database.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Known, KnownWorkflow } from '#engine/validate.ts';
import type { Context } from '../context.ts';

type Subject = { readonly workflow: string; readonly definition: JsonObject };

/** What there is of what a definition names: works, workflows, and whatever those run in turn. */
export async function loadKnown(ctx: Context, sql: Queryable, subject: Subject): Promise<Known> {
  const works = await sql<WorkRow[]>`
    select key, output_schema as "outputSchema"
    from work
    where project_id = ${ctx.projectId} and key = any(${named(subject, 'work')}::text[])
  `;
  return { ...worksKnown(works), workflows: await loadWorkflows(ctx, sql, subject) };
}

/**
 * The same for one who publishes: the works cannot be deleted until this commits, and where there are children, others who publish a
 * definition with some wait: each must see what the other made, or two could close a circle at once.
 */
export async function lockKnown(ctx: Context, tx: Transaction, subject: Subject): Promise<Known> {
  const works = await tx<WorkRow[]>`
    select key, output_schema as "outputSchema"
    from work
    where project_id = ${ctx.projectId} and key = any(${named(subject, 'work')}::text[])
    order by key
    for key share
  `;
  if (named(subject, 'workflow').length > 0) {
    await tx`select pg_advisory_xact_lock(${PUBLISH_LOCK}::int, ${ctx.projectId}::int)`;
  }
  return { ...worksKnown(works), workflows: await loadWorkflows(ctx, tx, subject) };
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

/** What the nodes of a definition name by a member; it is not validated yet. */
function named({ definition }: Subject, member: 'work' | 'workflow'): string[] {
  const { nodes } = definition;
  const keys = (Array.isArray(nodes) ? nodes : []).flatMap((node: unknown) => {
    const key: unknown =
      typeof node === 'object' && node !== null ? Reflect.get(node, member) : undefined;
    return typeof key === 'string' ? [key] : [];
  });
  return [...new Set(keys)];
}

async function loadWorkflows(
  ctx: Context,
  sql: Queryable,
  subject: Subject,
): Promise<NonNullable<Known['workflows']>> {
  const keys = named(subject, 'workflow');
  const own = subject.workflow;

  return {
    own,
    byKey: keys.length === 0 ? new Map() : await findWorkflows(ctx, sql, subject, keys),
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
  { definition }: Subject,
  keys: readonly string[],
): Promise<Map<string, KnownWorkflow>> {
  const rows = await sql<WorkflowRow[]>`
    with recursive named as (
      select node ->> 'workflow' as key, node -> 'version' as version
      from jsonb_array_elements(${asJson(definition['nodes'] ?? [])}::text::jsonb) as node
      where node ->> 'workflow' = any(${keys}::text[])
    ),
    reached as (
      select v.id, v.workflow_id
      from named
      join workflow w on w.project_id = ${ctx.projectId} and w.key = named.key
      join version v on v.project_id = w.project_id and v.workflow_id = w.id
        and to_jsonb(v.number) = coalesce(named.version, to_jsonb(w.published_version))
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
