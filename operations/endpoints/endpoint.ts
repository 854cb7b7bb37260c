import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';
import { EVENTS, eventsInput, type NotifiedEvent } from '../notifications/events.ts';
import { webhookUrl } from '../outbound_url.ts';
import { instant, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';

const DISABLED_REASONS = ['person', 'gone', 'failing'] as const;

export const endpoint = z
  .object({
    id: z.uuid(),
    name: z.string(),
    url: z.string(),
    workflow: z.string().nullable().meta({ description: 'null: of all workflows' }),
    events: z.array(z.enum(EVENTS)),
    enabled: z.boolean(),
    disabledReason: z
      .enum(DISABLED_REASONS)
      .nullable()
      .meta({ description: '`gone`: it answered 410; `failing`: nothing got through for days' }),
    disabledAt: instant.nullable(),
    failingSince: instant
      .nullable()
      .meta({ description: 'the first failed try since the last that got through' }),
    pending: z.int().meta({ description: 'notifications that wait; 10,000 at most' }),
    dead: z.int().meta({ description: 'that were given up; 10,000 at most' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Endpoint', description: 'A URL that is told of events.' });

export type Endpoint = z.infer<typeof endpoint>;

/** What people say of an endpoint. */
export const endpointSettings = {
  name: z.string().trim().min(1).max(200),
  url: webhookUrl,
  workflow: z.string().max(200).nullable().meta({ description: 'null: all workflows' }),
  events: eventsInput.meta({
    description: '`bulk.completed` and `endpoint.disabled` only with `workflow: null`',
  }),
};

type EndpointRow = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly workflow: string | null;
  readonly events: NotifiedEvent[];
  readonly enabled: boolean;
  readonly disabledReason: Endpoint['disabledReason'];
  readonly disabledAt: Date | null;
  readonly failingSince: Date | null;
  readonly pending: number;
  readonly dead: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Endpoints, the newest first: one, or those before a cursor. */
export async function selectEndpoints(
  ctx: Context,
  sql: Queryable,
  wanted: { readonly id: string } | { readonly before: string | null; readonly limit: number },
): Promise<Endpoint[]> {
  const which =
    'id' in wanted
      ? sql`e.id = ${wanted.id}`
      : sql`(${wanted.before}::uuid is null or e.id < ${wanted.before}::uuid)`;
  const rows = await sql<EndpointRow[]>`
    select
      e.id, e.name, e.url, w.key as workflow, e.events, e.enabled,
      e.disabled_reason as "disabledReason", e.disabled_at as "disabledAt",
      e.failing_since as "failingSince", waiting.count as pending, given_up.count as dead,
      e.created_at as "createdAt", e.updated_at as "updatedAt"
    from endpoint e
    left join workflow w on w.project_id = e.project_id and w.id = e.workflow_id
    cross join lateral (
      select count(*)::int as count
      from (
        select from notification n
        where n.project_id = e.project_id and n.target = e.id::text and n.status = 'pending'
        limit 10000
      ) as counted
    ) as waiting
    cross join lateral (
      select count(*)::int as count
      from (
        select from notification n
        where n.project_id = e.project_id and n.status <> 'delivered' and n.status = 'dead'
          and n.endpoint_id = e.id
        limit 10000
      ) as counted
    ) as given_up
    where e.project_id = ${ctx.projectId} and ${which}
    order by e.id desc
    limit ${'id' in wanted ? 1 : wanted.limit}
  `;

  return rows.map((row) => ({
    ...row,
    disabledAt: toInstant(row.disabledAt),
    failingSince: toInstant(row.failingSince),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

export function noEndpoint(id: string): Refusal {
  return refuse('not_found', `There is no endpoint "${id}".`, { facts: { id } });
}
