import type { Queryable } from '#db/database.ts';
import { CHANGED_CHANNEL, type ChangedPayload } from '../instances/announce.ts';

/** Tells the live pages, on commit, that something about a workflow itself changed. */
export async function announceWorkflow(
  sql: Queryable,
  workflow: { readonly projectId: number; readonly id: number },
): Promise<void> {
  const payload: ChangedPayload = { p: workflow.projectId, i: [], w: [workflow.id] };
  await sql`select pg_notify(${CHANGED_CHANNEL}, ${JSON.stringify(payload)})`;
}
