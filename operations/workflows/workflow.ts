import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import { workflowKey } from '#engine/definition.ts';
import type { Context } from '../context.ts';
import { instant, labels } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';

export const ADMISSION_ORDERS = ['fifo', 'lifo'] as const;

/** What a second instance for an object id does while one has not ended. */
export const OBJECT_RULES = ['allow', 'queue', 'reject', 'replace'] as const;

const LONGEST_AGEING_SECONDS = 31_536_000;
const MOST_RETENTION_DAYS = 36_500;

/** The settings of a workflow that people change, shared by create and change. */
export const workflowSettings = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(10_000),
  enabled: z.boolean().meta({ description: 'the switch: off admits no instance' }),
  maxRunning: z
    .int()
    .min(0)
    .max(1_000_000)
    .meta({ description: 'instances that may run at once; 0: no limit' }),
  order: z.enum(ADMISSION_ORDERS).meta({ description: 'which queued instance is admitted first' }),
  priority: z
    .int()
    .min(-100)
    .max(100)
    .meta({ description: 'of its instances, unless they say otherwise' }),
  ageingSeconds: z.number().min(1).max(LONGEST_AGEING_SECONDS).nullable().meta({
    description:
      'a queued instance rises by one priority per so many seconds of waiting; null: it does not. With `fifo` only',
  }),
  onObjectBusy: z.enum(OBJECT_RULES).meta({
    description:
      'what another instance for the same object id does while one has not ended. `queue`: waits for its end; `reject`: is refused; `replace`: the newest runs, the others are cancelled',
  }),
  retentionDays: z.int().min(0).max(MOST_RETENTION_DAYS).nullable().meta({
    description:
      'how many days after their end its instances are kept; 0: for ever; null: as the installation says (`LATCHWORK_RETENTION_DAYS`)',
  }),
  labels,
};

export const workflow = z
  .object({
    key: workflowKey,
    ...workflowSettings,
    publishedVersion: z
      .int()
      .nullable()
      .meta({ description: 'what new instances run; null: none yet' }),
    hasDraft: z.boolean(),
    running: z.int().meta({ description: 'instances running or paused; counted up to 10,000' }),
    queued: z.int().meta({ description: 'instances waiting to be admitted; counted up to 10,000' }),
    failed24h: z.int().meta({
      description: 'instances made in the last 24 hours that failed; counted up to 10,000',
    }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Workflow', description: 'A named pipeline and its settings.' });

export type Workflow = z.infer<typeof workflow>;

type WorkflowRow = Omit<Workflow, 'createdAt' | 'updatedAt'> & {
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Beyond this a count says no more than "very many"; it is what keeps lists from growing slow with the backlog. */
const COUNTED_TO = 10_000;

const DAY_MS = 86_400_000;

/**
 * Workflows by key, with their counts. Each count reads one short range of `instance_by_workflow` and nothing of the table itself.
 * `after`: keys beyond it only.
 */
export async function selectWorkflows(
  ctx: Context,
  sql: Queryable,
  wanted: { key: string } | { search: string; after: string; limit: number },
): Promise<Workflow[]> {
  const dayAgo = uuidv7Floor(new Date(ctx.clock().getTime() - DAY_MS));
  const which =
    'key' in wanted
      ? sql`w.key = ${wanted.key}`
      : sql`w.key > ${wanted.after} and (w.key ilike ${containing(wanted.search)} or w.name ilike ${containing(wanted.search)})`;

  const rows = await sql<WorkflowRow[]>`
    with wanted as materialized (
      select *
      from workflow w
      where w.project_id = ${ctx.projectId} and ${which}
      order by w.key
      limit ${'key' in wanted ? 1 : wanted.limit}
    )
    select
      w.key, w.name, w.description, w.enabled,
      w.max_running as "maxRunning", w.admission as "order", w.priority,
      w.ageing_seconds as "ageingSeconds", w.on_object_busy as "onObjectBusy",
      w.retention_days as "retentionDays", w.labels,
      w.published_version as "publishedVersion",
      exists (
        select from version v
        where v.project_id = w.project_id and v.workflow_id = w.id and v.status = 'draft'
      ) as "hasDraft",
      running.count as running,
      queued.count as queued,
      failed.count as "failed24h",
      w.created_at as "createdAt", w.updated_at as "updatedAt"
    from wanted w
    cross join lateral (
      select count(*)::int as count
      from (
        select from instance i
        where i.project_id = w.project_id and i.workflow_id = w.id and i.status in ('running', 'paused')
        limit ${COUNTED_TO}
      ) as counted
    ) as running
    cross join lateral (
      select count(*)::int as count
      from (
        select from instance i
        where i.project_id = w.project_id and i.workflow_id = w.id and i.status = 'queued'
        limit ${COUNTED_TO}
      ) as counted
    ) as queued
    cross join lateral (
      select count(*)::int as count
      from (
        select from instance i
        where i.project_id = w.project_id and i.workflow_id = w.id and i.status = 'failed'
          and i.id >= ${dayAgo}
        limit ${COUNTED_TO}
      ) as counted
    ) as failed
    order by w.key
  `;

  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

/** A pattern for `like` that matches texts with `search` in them, whatever characters it has. */
function containing(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}

export function noWorkflow(key: string): Refusal {
  return refuse('not_found', `There is no workflow "${key}".`, { facts: { workflow: key } });
}

/** A refusal if settings do not go together, else null. */
export function clashOf(settings: {
  readonly order?: (typeof ADMISSION_ORDERS)[number] | undefined;
  readonly ageingSeconds?: number | null | undefined;
}): Refusal | null {
  return settings.order === 'lifo' && typeof settings.ageingSeconds === 'number'
    ? refuse(
        'invalid_request',
        'With `lifo` the newest comes first, so priority cannot grow with age; set `ageingSeconds` to null or `order` to "fifo".',
        {
          errors: [
            { pointer: '/ageingSeconds', code: 'not_with_lifo', message: 'goes with fifo only' },
          ],
        },
      )
    : null;
}
