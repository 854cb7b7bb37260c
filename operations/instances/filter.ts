/**
 * Which instances a list or a count is about. Filters come in two kinds. *Ranges* (status, workflow, object id, time) are read off an
 * index, newest first. *Sieves* (version, label, search) have none, for that would make every creation dearer; they are applied to the
 * newest `SIEVED` instances of the range at a time, so that no question reads more than that, however rare what it looks for.
 */
import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import { workflowKey } from '#engine/definition.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { instantInput } from '../page.ts';

export const SIEVED = 5_000;

const statusList = z
  .string()
  .transform((text) => text.split(',').filter((each) => each !== ''))
  .pipe(z.array(z.enum(INSTANCE_STATUSES)).min(1))
  .transform((statuses) => [...new Set(statuses)])
  .meta({ description: 'one, or several separated by commas', examples: ['running,paused'] });

const label = z.string().regex(/^[^:]+:/, 'must be written as name:value');

export const instanceFilter = {
  status: statusList.optional(),
  workflow: workflowKey.optional().meta({ description: 'key of the workflow' }),
  version: z.coerce.number().int().min(1).optional(),
  objectId: z.string().max(500).optional().meta({ description: 'exactly this object id' }),
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
export function sieve(sql: Queryable, { versionId, filter }: Range) {
  const labels = Object.fromEntries(
    (filter.label ?? []).map((each) => {
      const [name = '', value = ''] = each.split(/:(.*)/s, 2);
      return [name, value];
    }),
  );

  return sql`
    true
    ${versionId === null ? sql`` : sql`and i.version_id = ${versionId}`}
    ${filter.label ? sql`and i.labels @> ${JSON.stringify(labels)}::text::jsonb` : sql``}
    ${filter.search ? sql`and strpos(lower(i.object_id), lower(${filter.search})) > 0` : sql``}
  `;
}
