import * as z from 'zod';
import { asJson, storable, type Queryable } from '#db/database.ts';
import type { RecipeError } from '#engine/schedule/recipe.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import {
  findTrigger,
  noTrigger,
  type DELIVERY_OUTCOMES,
  type TriggerDelivery as Delivery,
  type TriggerName,
  type TriggerRow,
} from './trigger.ts';

/** Of the requests that were vouched for, and as many of the others, which cannot push those out. */
const KEPT = 50;
const BODY_KEPT = 16_384;

/** Headers whose values are nobody's to read later. */
const SECRET_HEADER = /auth|cookie|signature|secret|token|api-?key|password/i;

export type Delivered = {
  readonly outcome: (typeof DELIVERY_OUTCOMES)[number];
  readonly status: number;
  readonly instanceId?: string;
  readonly message?: string;
  readonly errors?: readonly RecipeError[];
};

/** Notes a request in the log of its trigger, which forgets its oldest. */
export async function keepDelivery(
  ctx: Context,
  sql: Queryable,
  trigger: TriggerRow,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
  { outcome, status, instanceId, message, errors = [] }: Delivered,
): Promise<void> {
  const { projectId, id } = trigger;
  const refused = outcome === 'refused';
  const headers = refused ? {} : withoutSecrets(trigger, request.headers);
  const body = refused ? null : storable(request.body.subarray(0, BODY_KEPT).toString());

  await sql`
    insert into trigger_delivery (
      project_id, trigger_id, at, outcome, status, instance_id, message, errors, headers, body
    )
    values (
      ${projectId}, ${id}, ${ctx.clock()}, ${outcome}, ${status}, ${instanceId ?? null},
      ${message ?? null}, ${asJson(errors)}::text::jsonb, ${asJson(headers)}::text::jsonb, ${body}
    )
  `;
  await sql`
    delete from trigger_delivery
    where project_id = ${projectId} and trigger_id = ${id}
      and (outcome = 'refused') = ${refused}
      and id < (
        select id
        from trigger_delivery
        where project_id = ${projectId} and trigger_id = ${id}
          and (outcome = 'refused') = ${refused}
        order by id desc
        offset ${KEPT - 1}
        limit 1
      )
  `;
}

function withoutSecrets(
  { signature }: TriggerRow,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const signed = signature.kind === 'hmac' ? signature.header : '';

  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== signed && !SECRET_HEADER.test(name)),
  );
}

export const listTriggerDeliveriesInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.int()]);

/** The last requests to a trigger, the newest first. */
export async function listTriggerDeliveries(
  ctx: Context,
  { limit, cursor, ...name }: TriggerName & z.output<typeof listTriggerDeliveriesInput>,
): Promise<Page<Delivery> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const sql = ctx.db.reads;
  const found = await findTrigger(ctx, sql, name);
  if (found === undefined) {
    return noTrigger(name);
  }
  const rows = await sql<(Omit<Delivery, 'at'> & { at: Date })[]>`
    select id, at, outcome, status, instance_id as "instanceId", message, errors, headers, body
    from trigger_delivery
    where project_id = ${ctx.projectId} and trigger_id = ${found.id}
      and id < ${refusal?.[0] ?? Number.MAX_SAFE_INTEGER}
    order by id desc
    limit ${limit + 1}
  `;
  return toPage(
    rows,
    limit,
    ({ id }) => writeCursor([Number(id)]),
    ({ at, ...row }) => ({ ...row, at: at.toISOString() }),
  );
}
