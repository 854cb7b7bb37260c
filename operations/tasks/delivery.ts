/** What went wrong so far with a task or segment that is to be pushed again, as the API says it. */
import type { Queryable } from '#db/database.ts';
import type { DeliveryError } from './push.ts';
import type { Task } from './task.ts';

export type DeliveryRow = {
  readonly tries: number;
  /** Null also once a report said that the endpoint has the task after all. */
  readonly deliveryError: DeliveryError | null;
};

/** Columns of a row of `task`. */
export function deliveryColumns(sql: Queryable) {
  return sql`
    deliveries as tries,
    case when delivering or status in ('ready', 'delayed') then delivery_error end as "deliveryError"
  `;
}

export function deliveryOf(live: DeliveryRow | undefined): Task['delivery'] {
  if (!live?.deliveryError) {
    return null;
  }
  const { message, at } = live.deliveryError;
  return { tries: live.tries, message, at };
}
