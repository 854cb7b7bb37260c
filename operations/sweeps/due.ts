import type { Transaction } from '#db/database.ts';
import type { InstanceKey } from '#db/hot/instances.ts';
import type { TaskKey } from '#db/hot/tasks.ts';
import type { Context } from '../context.ts';
import { PUT_OFF_MS, togetherOrAlone } from '../together.ts';

export type Due<Row, Answer> = {
  /** Rows that are due, the longest first, `most` at most. Nothing of them is locked: whoever handles them looks again. */
  readonly find: () => Promise<readonly Row[]>;
  readonly most: number;
  readonly handle: (tx: Transaction, rows: readonly Row[]) => Promise<Answer>;
  /** Makes it due later. */
  readonly putOff: (row: Row, until: Date) => PromiseLike<unknown>;
};

/**
 * Handles all that is due, a batch in a transaction. When a batch fails its rows are handled one by one, so that one that cannot be borne
 * (the state of its run cannot be read) keeps no other waiting: it is logged, and due again in a minute. Answers those of all transactions.
 */
export async function handleDue<Row extends InstanceKey, Answer>(
  ctx: Context,
  { find, most, handle, putOff }: Due<Row, Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];

  for (;;) {
    const rows = await find();
    const handled = await togetherOrAlone(
      rows,
      (batch) => ctx.db.transaction((tx) => handle(tx, batch)),
      async (row, err) => {
        const { projectId, instanceId } = row;
        ctx.log.error({ projectId, instanceId, err }, 'what is due could not be handled');
        await putOff(row, new Date(ctx.clock().getTime() + PUT_OFF_MS));
        return null;
      },
    );
    answers.push(...handled);
    if (rows.length < most) {
      return answers;
    }
  }
}

/** Makes a task due later, whatever it is due for. */
export function putOffTask(ctx: Context) {
  return (
    { projectId, instanceId, node, segment }: TaskKey,
    until: Date,
  ): PromiseLike<unknown> => ctx.db.sql`
    update task
    set due_at = ${until}
    where project_id = ${projectId} and instance_id = ${instanceId} and node = ${node}
      and segment = ${segment} and due_at < ${until}
  `;
}
