/**
 * A request to a hook. The path is the capability: who does not know it learns nothing, and who knows it but does not sign as the trigger
 * asks learns no more than that.
 *
 *     token ──> signature ──> body ──> when ──> mapping ──> instance
 *      404        401          422    ignored     422     started | repeated
 */
import type * as z from 'zod';
import type { Json } from '#engine/json.ts';
import type { Made } from '#engine/schedule/recipe.ts';
import type { Context } from '../context.ts';
import { createInTransaction } from '../instances/create.ts';
import { recordEvents } from '../instances/record_events.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { keepDelivery, type Delivered } from './deliveries.ts';
import { isSigned } from './signature.ts';
import { compileMapping, triggerColumns, type hookAnswer, type TriggerRow } from './trigger.ts';

export type HookRequest = {
  readonly token: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

type Answer = z.output<typeof hookAnswer>;

const LONGEST_MESSAGE_ID = 200;

export async function receiveHook(ctx: Context, request: HookRequest): Promise<Answer | Refusal> {
  const trigger = await findByToken(ctx, request.token);
  if (trigger?.enabled !== true) {
    return refuse('not_found', 'There is no such hook.');
  }
  const own: Context = { ...ctx, projectId: trigger.projectId, actor: { kind: 'system' } };
  const fail = async (refusal: Refusal, delivered: Delivered): Promise<Refusal> => {
    await keepDelivery(own, own.db.sql, trigger, request, delivered);
    return refusal;
  };

  if (!isSigned(trigger.signature, request.headers, request.body, ctx.clock())) {
    return fail(refuse('unauthorized', 'The request is not signed as this hook asks.'), {
      outcome: 'refused',
      status: 401,
    });
  }
  const body = readBody(request);
  if (body === undefined) {
    return fail(refuse('invalid_request', 'The body is not the JSON that it says it is.'), {
      outcome: 'failed',
      status: 422,
      message: 'The body is not JSON.',
    });
  }

  const compiled = compileMapping(trigger);
  const { headers, query } = request;
  const rendered = compiled.ok ? compiled.recipe.render({ body, headers, query }) : compiled;
  if (!rendered.ok) {
    const { errors } = rendered;
    return fail(
      refuse('invalid_request', 'The hook can make nothing of this request; its log says why.'),
      { outcome: 'failed', status: 422, message: 'The mapping failed.', errors },
    );
  }
  return rendered.made === null
    ? ignore(own, trigger, request)
    : make(own, trigger, request, rendered.made);
}

async function findByToken(ctx: Context, token: string): Promise<TriggerRow | undefined> {
  const { sql } = ctx.db;
  const [row] = await sql<TriggerRow[]>`
    select ${triggerColumns(sql)}
    from trigger s
    join workflow w on w.project_id = s.project_id and w.id = s.workflow_id
    where s.token = ${token}
      or (s.previous_token = ${token} and s.previous_until > ${ctx.clock()})
  `;
  return row;
}

/** JSON where it is said to be, fields of a form as an object, anything else as text; nothing is null. Undefined: no JSON after all. */
function readBody({ headers, body }: HookRequest): Json | undefined {
  const type = headers['content-type']?.toLowerCase() ?? '';
  const text = body.toString();

  if (text === '') {
    return null;
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/.test(type)) {
    return text;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

async function ignore(ctx: Context, trigger: TriggerRow, request: HookRequest): Promise<Answer> {
  await ctx.db.transaction(async (tx) => {
    await keepDelivery(ctx, tx, trigger, request, { outcome: 'ignored', status: 202 });
    await seen(ctx, tx, trigger);
  });
  return { outcome: 'ignored', instanceId: null };
}

async function make(
  ctx: Context,
  trigger: TriggerRow,
  request: HookRequest,
  made: Made,
): Promise<Answer | Refusal> {
  const messageKey = made.dedupeKey ?? messageId(trigger, request);

  return ctx.db.transaction(async (tx) => {
    const [created] = await createInTransaction(ctx, tx, [
      {
        workflow: trigger.workflow,
        parent: null,
        instance: {
          objectId: made.objectId,
          input: made.input,
          labels: { ...made.labels, trigger: trigger.key },
          ...(messageKey !== null && { dedupeKey: `trigger:${trigger.id}:${messageKey}` }),
          ...(trigger.priority !== null && { priority: trigger.priority }),
        },
      },
    ]);
    await seen(ctx, tx, trigger);

    if (created?.ok !== true) {
      const refusal = refuse(
        created?.code ?? 'conflict',
        created?.message ?? 'Nothing was made.',
        created?.errors === undefined ? {} : { errors: created.errors },
      );
      const status = refusal.refused === 'invalid_request' ? 422 : 409;
      await keepDelivery(ctx, tx, trigger, request, {
        outcome: 'failed',
        status,
        message: refusal.message,
      });
      return refusal;
    }
    const { id: instanceId, deduplicated } = created;
    const outcome = deduplicated ? 'repeated' : 'started';

    if (!deduplicated) {
      await recordEvents(ctx, tx, [
        {
          instanceId,
          type: 'triggered_by',
          message: `By a request to trigger "${trigger.key}".`,
          data: { trigger: trigger.key, triggerId: trigger.id },
        },
      ]);
    }
    await keepDelivery(ctx, tx, trigger, request, { outcome, status: 202, instanceId });
    return { outcome, instanceId };
  });
}

/** What the sender calls its message, the same for each try of it. Of a Standard Webhook it is signed. */
function messageId({ signature }: TriggerRow, { headers }: HookRequest): string | null {
  const id = signature.kind === 'github' ? headers['x-github-delivery'] : headers['webhook-id'];
  return id === undefined || id === '' ? null : id.slice(0, LONGEST_MESSAGE_ID);
}

async function seen(
  ctx: Context,
  tx: Parameters<typeof announceWorkflow>[0],
  { projectId, id, workflowId }: TriggerRow,
): Promise<void> {
  await tx`
    update trigger set last_at = ${ctx.clock()} where project_id = ${projectId} and id = ${id}
  `;
  await announceWorkflow(tx, { projectId, id: workflowId });
}
