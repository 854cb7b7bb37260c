import * as z from 'zod';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Queryable } from '#db/database.ts';
import { MOVE_NAMES, type MoveName } from '../instances/moves.ts';
import { instant, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';

export const BULK_STATUSES = ['running', 'succeeded', 'aborted'] as const;

export type BulkStatus = (typeof BULK_STATUSES)[number];

export const bulk = z
  .object({
    id: z.uuid(),
    action: z.enum(MOVE_NAMES),
    params: jsonObject,
    filter: jsonObject.nullable().meta({ description: 'null: the instances were named by id' }),
    reason: z.string(),
    status: z.enum(BULK_STATUSES),
    total: z.int().meta({ description: 'instances that it was about when it was asked for' }),
    done: z.int().meta({ description: 'instances that it has seen' }),
    failed: z.int().meta({ description: 'of those, the ones that could not make the move' }),
    createdAt: instant,
    createdBy: z.string(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Bulk', description: 'A move of many instances, made in the background.' });

export type Bulk = z.infer<typeof bulk>;

export type BulkRow = {
  readonly id: string;
  readonly action: MoveName;
  readonly params: JsonObject;
  readonly filter: JsonObject | null;
  readonly reason: string;
  readonly status: BulkStatus;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly finishedAt: Date | null;
};

/** Its columns, over `bulk b`. */
export function bulkColumns(sql: Queryable) {
  return sql`
    b.id, b.action, b.params, b.filter, b.reason, b.status, b.total, b.done, b.failed,
    b.created_at as "createdAt", b.actor ->> 'shown' as "createdBy", b.finished_at as "finishedAt"
  `;
}

export function bulkOf(row: BulkRow): Bulk {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    finishedAt: toInstant(row.finishedAt),
  };
}

export function noBulk(id: string): Refusal {
  return refuse('not_found', `There is no bulk move "${id}".`, { facts: { id } });
}
