import type { Queryable } from '#db/database.ts';
import type { RetryPolicy } from '#engine/definition.ts';

/** Applies where neither the node nor the work says otherwise, so that a worker that died is noticed at all. */
export const DEFAULT_RUN_SECONDS = 3_600;

/** How soon a hand-out whose start was not heard is suspected, where neither the node nor the work says. It fails only if it was overtaken. */
export const DEFAULT_DISPATCH_SECONDS = 60;

const SHORTEST_REJECT_PAUSE_MS = 1_000;
const LONGEST_REJECT_PAUSE_MS = 60_000;

/**
 * A worker that cannot take a task gives it back. It rests a while, lest the same worker gets it again at once, and longer the more often
 * it was handed out already: a task that everybody rejects must not fill the trace.
 */
export function rejectPauseMs(attempt: number): number {
  return Math.min(
    LONGEST_REJECT_PAUSE_MS,
    SHORTEST_REJECT_PAUSE_MS * 2 ** Math.min(attempt - 1, 10),
  );
}

export type WorkSettings = {
  readonly projectId: number;
  readonly work: string;
  readonly retry: RetryPolicy | null;
};

/** Retry policies of works, for the rare path of a failure. */
export async function loadRetries(
  sql: Queryable,
  works: readonly { readonly projectId: number; readonly work: string }[],
): Promise<(projectId: number, work: string) => RetryPolicy | null> {
  const rows = await sql<WorkSettings[]>`
    select w.project_id as "projectId", w.key as work, w.retry
    from (
      select distinct project_id, key
      from unnest(
        ${works.map(({ projectId }) => projectId)}::int[],
        ${works.map(({ work }) => work)}::text[]
      ) as asked(project_id, key)
    ) as asked
    join work w on w.project_id = asked.project_id and w.key = asked.key
  `;
  const policies = new Map(rows.map((row) => [`${row.projectId}:${row.work}`, row.retry]));

  return (projectId, work) => policies.get(`${projectId}:${work}`) ?? null;
}
