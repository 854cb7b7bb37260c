/** Making and changing endpoints. What they listen to counts at once, also for instances that have not ended. */
import * as z from 'zod';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { uuidv7 } from '#db/uuid.ts';
import type { Context } from '../context.ts';
import { unlessId } from '../id.ts';
import { concernsInstances, type NotifiedEvent } from '../notifications/events.ts';
import { hearUnfinished, lockWorkflows } from '../notifications/listen.ts';
import { refuseUrl } from '../outbound_url.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { makeSigningSecret, signingSecret } from '../works/secret.ts';
import { endpointSettings, noEndpoint, selectEndpoints, type Endpoint } from './endpoint.ts';

export const createEndpointInput = z.strictObject({
  ...endpointSettings,
  workflow: endpointSettings.workflow.optional(),
  secret: signingSecret.optional().meta({ description: 'default: a generated one' }),
});

export const changeEndpointInput = z
  .strictObject({
    ...endpointSettings,
    enabled: z.boolean().meta({ description: 'off: what happens meanwhile is not told later' }),
  })
  .partial();

export async function createEndpoint(
  ctx: Context,
  input: z.output<typeof createEndpointInput>,
): Promise<Endpoint | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? refuseUrl(ctx, input.url);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const now = ctx.clock();
  const id = uuidv7(now);

  return ctx.db.transaction(async (tx) => {
    const workflow = await findWorkflow(ctx, tx, input.workflow ?? null);
    if (isRefusal(workflow)) {
      return workflow;
    }
    const unheard = unheardEvents({ named: input, workflow: input.workflow, events: input.events });
    if (unheard) {
      return unheard;
    }
    await lockWorkflows(ctx, tx, workflow.id);
    await tx`
      insert into endpoint (
        project_id, id, workflow_id, name, url, events, secrets, created_at, updated_at
      )
      values (
        ${ctx.projectId}, ${id}, ${workflow.id}, ${input.name}, ${input.url},
        ${[...new Set(input.events)]}::text[], ${[input.secret ?? makeSigningSecret()]}::text[],
        ${now}, ${now}
      )
    `;
    await hearUnfinished(ctx, tx, { id });
    return read(ctx, tx, id);
  });
}

/** Changes what is named. Switched on again, an endpoint gets what waited for it. */
export async function changeEndpoint(
  ctx: Context,
  { id, ...input }: { readonly id: string } & z.output<typeof changeEndpointInput>,
): Promise<Endpoint | Refusal> {
  const refusal =
    lacks(ctx, 'workflows:write') ?? refuseUrl(ctx, input.url) ?? unlessId(id, noEndpoint);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const workflow =
      input.workflow === undefined ? null : await findWorkflow(ctx, tx, input.workflow);
    if (isRefusal(workflow)) {
      return workflow;
    }
    // All of them: whose it was until now does not matter, and it is rare.
    await lockWorkflows(ctx, tx, workflow?.id ?? null);
    const before = await read(ctx, tx, id);
    const unheard = isRefusal(before)
      ? before
      : unheardEvents({ named: input, workflow: before.workflow, events: before.events, ...input });
    if (unheard) {
      return unheard;
    }
    await update(ctx, tx, { id, ...input, moved: workflow });
    await hearUnfinished(ctx, tx, { id });
    await wake(tx, [{ name: 'notify', payload: { projectId: ctx.projectId, target: id } }]);
    return read(ctx, tx, id);
  });
}

async function update(
  ctx: Context,
  tx: Transaction,
  input: { readonly id: string; readonly moved: { readonly id: number | null } | null } & Omit<
    z.output<typeof changeEndpointInput>,
    'workflow'
  >,
): Promise<void> {
  const { enabled = null, events = null, moved } = input;
  const off = enabled === false;

  await tx`
    update endpoint
    set
      name = coalesce(${input.name ?? null}, name),
      url = coalesce(${input.url ?? null}, url),
      events = coalesce(${events === null ? null : [...new Set(events)]}::text[], events),
      workflow_id = case when ${moved !== null} then ${moved?.id ?? null}::int else workflow_id end,
      enabled = coalesce(${enabled}, enabled),
      disabled_reason = case when ${off} then coalesce(disabled_reason, 'person')
        when ${enabled === true} then null else disabled_reason end,
      disabled_at = case when ${off} then coalesce(disabled_at, ${ctx.clock()})
        when ${enabled === true} then null else disabled_at end,
      -- Its days count anew.
      failing_since = case when ${enabled === true} then null else failing_since end,
      updated_at = ${ctx.clock()}
    where project_id = ${ctx.projectId} and id = ${input.id}
  `;
}

/**
 * A refusal of events that would never come: those that concern no workflow, to an endpoint of one. One that was made before this was
 * refused can be changed in everything else.
 */
function unheardEvents({
  named,
  workflow,
  events,
}: {
  readonly named: { readonly workflow?: string | null; readonly events?: readonly NotifiedEvent[] };
  readonly workflow: string | null | undefined;
  readonly events: readonly NotifiedEvent[];
}): Refusal | null {
  const isAsked = named.workflow !== undefined || named.events !== undefined;
  if (!isAsked || workflow === null || workflow === undefined) {
    return null;
  }
  const errors = events.flatMap((event, place) =>
    concernsInstances(event)
      ? []
      : [
          {
            pointer: named.events === undefined ? '/workflow' : `/events/${place}`,
            code: 'never_comes',
            message: `"${event}" concerns no workflow, so an endpoint of "${workflow}" alone would never hear of it`,
          },
        ],
  );
  const [first] = errors;
  return first === undefined
    ? null
    : refuse('invalid_request', `${first.message}; only one of all workflows does.`, { errors });
}

async function findWorkflow(
  ctx: Context,
  tx: Transaction,
  key: string | null,
): Promise<{ readonly id: number | null } | Refusal> {
  if (key === null) {
    return { id: null };
  }
  const id = await findWorkflowId(ctx, tx, key);
  const message = `There is no workflow "${key}".`;

  return id === undefined
    ? refuse('invalid_request', message, {
        errors: [{ pointer: '/workflow', code: 'unknown_workflow', message }],
      })
    : { id };
}

async function read(ctx: Context, tx: Transaction, id: string): Promise<Endpoint | Refusal> {
  const [found] = await selectEndpoints(ctx, tx, { id });
  return found ?? noEndpoint(id);
}
