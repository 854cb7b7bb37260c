/**
 * Which instances a list or a count is about. Filters come in two kinds. *Ranges* (status, workflow, object id, time) are read off an
 * index, newest first. *Sieves* (version, label, search) have none, for that would make every creation dearer; they are applied to the
 * newest `SIEVED` instances of the range at a time, so that no question reads more than that, however rare what it looks for. What
 * instances wait for is a range by itself, over the few that do: beside it, all others are sieves.
 */
import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import { versionNumber, workflowKey } from '#engine/definition.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { instantInput } from '../page.ts';
import { isAsked, WAITED_FOR, waitsFor, type WaitedFor } from './waited_for.ts';

export const SIEVED = 5_000;

function listOf<const Word extends string>(words: readonly Word[], example: string) {
  return z
    .string()
    .transform((text) => text.split(',').filter((each) => each !== ''))
    .pipe(z.array(z.enum(words)).min(1))
    .transform((given) => [...new Set(given)])
    .meta({ description: 'one, or several separated by commas', examples: [example] });
}

const label = z.string().regex(/^[^:]+:/, 'must be written as name:value');

export const instanceFilter = {
  status: listOf(INSTANCE_STATUSES, 'running,paused').optional(),
  workflow: workflowKey.optional().meta({ description: 'key of the workflow' }),
  version: z.coerce.number().pipe(versionNumber).optional(),
  objectId: z.string().max(500).optional().meta({ description: 'exactly this object id' }),
  waitingFor: listOf(WAITED_FOR, 'approval,signal').optional(),
  label: z
    .union([label, z.array(label)])
    .transform((labels) => [labels].flat())
    .optional()
    .meta({ description: '`name:value`; several: all must hold', examples: ['team:media'] }),
  from: instantInput.optional().meta({ description: 'made at or after' }),
  to: instantInput.optional().meta({ description: 'made before' }),
  search: z
    .string()
    .trim()
    .max(200)
    .optional()
    .meta({ description: 'part of the object id, in any case; or a whole instance id' }),
};

export type InstanceFilter = z.output<z.ZodObject<typeof instanceFilter>>;

/** Versions are numbered per workflow, so one alone names nothing. */
export function checkFilter<Filter extends z.ZodType<InstanceFilter>>(schema: Filter): Filter {
  return schema.refine(({ version, workflow }) => version === undefined || workflow !== undefined, {
    path: ['version'],
    message: 'needs the workflow that it is a version of',
  });
}

/** A filter whose names were looked up; null if nothing can match it, since there is no such workflow or version. */
export type Range = {
  readonly workflowId: number | null;
  readonly versionId: number | null;
  readonly statuses: readonly InstanceStatus[];
  readonly filter: InstanceFilter;
};

export async function resolveFilter(ctx: Context, filter: InstanceFilter): Promise<Range | null> {
  const statuses = filter.status ?? INSTANCE_STATUSES;
  if (filter.workflow === undefined) {
    return { workflowId: null, versionId: null, statuses, filter };
  }

  const [found] = await ctx.db.reads<{ workflowId: number; versionId: number | null }[]>`
    select w.id as "workflowId", v.id as "versionId"
    from workflow w
    left join version v
      on v.project_id = w.project_id and v.workflow_id = w.id and v.number = ${filter.version ?? null}
    where w.project_id = ${ctx.projectId} and w.key = ${filter.workflow}
  `;
  return found === undefined || (filter.version !== undefined && found.versionId === null)
    ? null
    : { ...found, statuses, filter };
}

/** Whether rows of the range must be looked at to know if they match. */
export function isSieved({ filter }: Range): boolean {
  return (
    filter.waitingFor !== undefined ||
    filter.label !== undefined ||
    filter.version !== undefined ||
    (filter.search !== undefined && filter.search !== '')
  );
}

/**
 * The newest instances of the range below the id `before`, `most` of them, as a query of their ids. Each status is a range of an index
 * of its own, read no further than needed; one scan over several would have to sort all of them first.
 */
export function newestIds(
  ctx: Context,
  sql: Queryable,
  range: Range,
  { before, most }: { readonly before: string | null; readonly most: number },
) {
  if (range.filter.waitingFor !== undefined) {
    return waitingIds(ctx, sql, range.filter, { before, most });
  }
  const below = before === null ? sql`true` : sql`i.id < ${before}::uuid`;
  const ends = sql`order by i.id desc limit ${most}`;
  const branches = splitRange(ctx, sql, range).map(
    ({ where }) => sql`(select i.id from instance i where ${where} and ${below} ${ends})`,
  );

  return sql`
    select i.id
    from (${branches.reduce((all, branch) => sql`${all} union all ${branch}`)}) as i
    ${ends}
  `;
}

/** The same over the instances that wait for anything, read off `task_asked`. */
function waitingIds(
  ctx: Context,
  sql: Queryable,
  { from, to }: InstanceFilter,
  { before, most }: { readonly before: string | null; readonly most: number },
) {
  return sql`
    select distinct t.instance_id as id
    from task t
    where t.project_id = ${ctx.projectId} and ${isAsked(sql)}
      ${before === null ? sql`` : sql`and t.instance_id < ${before}::uuid`}
      ${from ? sql`and t.instance_id >= ${uuidv7Floor(from)}::uuid` : sql``}
      ${to ? sql`and t.instance_id < ${uuidv7Floor(to)}::uuid` : sql``}
    order by id desc
    limit ${most}
  `;
}

/** The parts of the range that one index range each holds, over rows of `instance` called `i`. */
export function splitRange(ctx: Context, sql: Queryable, range: Range) {
  const { workflowId, statuses, filter } = range;
  const bounds = sql`
    i.project_id = ${ctx.projectId}
    ${filter.from ? sql`and i.id >= ${uuidv7Floor(filter.from)}::uuid` : sql``}
    ${filter.to ? sql`and i.id < ${uuidv7Floor(filter.to)}::uuid` : sql``}
    ${workflowId === null ? sql`` : sql`and i.workflow_id = ${workflowId}`}
  `;

  if (filter.objectId !== undefined) {
    const some = statuses as string[];
    return [
      {
        where: sql`${bounds} and i.object_id = ${filter.objectId} and i.status = any(${some}::text[])`,
      },
    ];
  }
  return workflowId === null && statuses.length === INSTANCE_STATUSES.length
    ? [{ where: bounds }]
    : statuses.map((status) => ({ where: sql`${bounds} and i.status = ${status}` }));
}

/** The conditions of the sieves, over rows of `instance` called `i`. */
export function sieve(sql: Queryable, range: Range) {
  const { versionId, filter } = range;
  const labels = Object.fromEntries(
    (filter.label ?? []).map((each) => {
      const [name = '', value = ''] = each.split(/:(.*)/s, 2);
      return [name, value];
    }),
  );

  return sql`
    true
    ${filter.waitingFor === undefined ? sql`` : waits(sql, range, filter.waitingFor)}
    ${versionId === null ? sql`` : sql`and i.version_id = ${versionId}`}
    ${filter.label ? sql`and i.labels @> ${JSON.stringify(labels)}::text::jsonb` : sql``}
    ${filter.search ? sql`and strpos(lower(i.object_id), lower(${filter.search})) > 0` : sql``}
  `;
}

/** What is a range otherwise. */
function waits(
  sql: Queryable,
  { workflowId, statuses, filter }: Range,
  kinds: readonly WaitedFor[],
) {
  return sql`
    and ${waitsFor(sql, kinds)}
    and i.status = any(${statuses as string[]}::text[])
    ${workflowId === null ? sql`` : sql`and i.workflow_id = ${workflowId}`}
    ${filter.objectId === undefined ? sql`` : sql`and i.object_id = ${filter.objectId}`}
  `;
}
