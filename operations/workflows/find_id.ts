import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';

/** `for key share`: it stays there until the transaction ends; `for update`: nobody else changes anything about it meanwhile. */
type Lock = 'for key share' | 'for update';

/** The id of a workflow by its key; undefined: there is none. */
export async function findWorkflowId(
  ctx: Context,
  sql: Queryable,
  key: string,
  lock: Lock | null = null,
): Promise<number | undefined> {
  const [workflow] = await sql<{ id: number }[]>`
    select id from workflow where project_id = ${ctx.projectId} and key = ${key}
    ${lock === 'for key share' ? sql`for key share` : lock === 'for update' ? sql`for update` : sql``}
  `;
  return workflow?.id;
}
