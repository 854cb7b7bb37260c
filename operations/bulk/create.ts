import * as z from 'zod';
import { asJson } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { uuidv7 } from '#db/uuid.ts';
import { jsonObject } from '#engine/json.ts';
import { nameOf, type Context } from '../context.ts';
import { checkFilter, instanceFilter } from '../instances/filter.ts';
import { checkMove, MOVE_NAMES } from '../instances/moves.ts';
import { moveInput } from '../instances/move.ts';
import { CHECKS, fieldErrors, isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import type { Bulk } from './bulk.ts';
import { getBulk } from './get.ts';
import { aboveNewest, countMatching } from './matching.ts';

const MOST_IDS = 100_000;

export const createBulkInput = z
  .strictObject({
    action: z.enum(MOVE_NAMES),
    params: jsonObject
      .optional()
      .meta({ description: 'what the move of one instance takes, without ids and reason' }),
    filter: z
      .record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
      .optional()
      .meta({ description: 'as the list of instances takes it: {"workflow": …, "status": …}' }),
    ids: z.array(z.uuid()).min(1).max(MOST_IDS).optional(),
    reason: moveInput.shape.reason,
    expectedCount: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'refused if the filter is about a tenth more or fewer by now' }),
  })
  .refine(({ filter, ids }) => (filter === undefined) !== (ids === undefined), {
    message: 'give either a filter or ids',
  });

/** How far the number of instances may be from the expected one: they come and go while a person reads. */
const TOLERATED_DRIFT = 0.1;

/**
 * Starts a move of many instances: those that match a filter now, or those named. A job makes it in sets, as whoever asked for it, and
 * goes on where it was after a crash. Instances that cannot make the move are kept with the reason.
 */
export async function createBulk(
  ctx: Context,
  input: z.infer<typeof createBulkInput>,
): Promise<Bulk | Refusal> {
  const { action, params = {}, reason = '' } = input;
  const wrong = lacks(ctx, 'instances:write') ?? checkMove(action, params);
  if (isRefusal(wrong)) {
    return wrong;
  }
  const filter = input.filter === undefined ? null : readFilter(input.filter);
  if (isRefusal(filter)) {
    return filter;
  }
  const ids =
    input.ids === undefined ? null : [...new Set(input.ids.map((id) => id.toLowerCase()))];
  const above = filter === null ? null : await aboveNewest(ctx);
  const total = filter === null ? (ids?.length ?? 0) : await countMatching(ctx, filter, above);
  const { expectedCount } = input;

  if (expectedCount !== undefined && drifted(total, expectedCount)) {
    return refuse(
      'conflict',
      `The filter is about ${total} instances by now, not ${expectedCount}; look again.`,
      { facts: { count: total, expectedCount } },
    );
  }

  const id = uuidv7(ctx.clock());
  await ctx.db.transaction(async (tx) => {
    await tx`
      insert into bulk (project_id, id, action, params, filter, ids, reason, actor, cursor, total, created_at)
      values (
        ${ctx.projectId}, ${id}, ${action}, ${asJson(params)}::text::jsonb,
        ${input.filter === undefined ? null : asJson(input.filter)}::text::jsonb,
        ${ids}::uuid[], ${reason},
        ${asJson({ ...ctx.actor, shown: nameOf(ctx.actor) })}::text::jsonb,
        ${above}::uuid, ${total}, ${ctx.clock()}
      )
    `;
    await wake(tx, [{ name: 'bulk', payload: { projectId: ctx.projectId, bulkId: id } }]);
  });
  return getBulk(ctx, { id });
}

export const bulkFilter = checkFilter(z.strictObject(instanceFilter));

function readFilter(filter: object): z.output<typeof bulkFilter> | Refusal {
  const read = bulkFilter.safeParse(filter, CHECKS);
  return read.success
    ? read.data
    : refuse('invalid_request', 'The filter is not one that the list of instances takes.', {
        errors: fieldErrors(read.error, '/filter'),
      });
}

function drifted(count: number, expected: number): boolean {
  return Math.abs(count - expected) > Math.max(1, expected * TOLERATED_DRIFT);
}
