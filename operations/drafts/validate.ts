import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { jsonObject } from '#engine/json.ts';
import type { Problem } from '#engine/problem.ts';
import { validateDefinition } from '#engine/validate.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { findDraft } from './get.ts';

export const validateDraftInput = z.strictObject({
  definition: jsonObject.optional().meta({ description: 'default: the draft as it was saved' }),
});

/** Everything that would keep the draft, or the definition at hand, from being published. Changes nothing. */
export async function validateDraft(
  ctx: Context,
  input: z.output<typeof validateDraftInput> & { readonly workflow: string },
): Promise<{ problems: Problem[] } | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const found = await findDraft(ctx, ctx.db.sql, input.workflow);
  if (found === undefined) {
    return noWorkflow(input.workflow);
  }
  const definition = input.definition ?? found.current?.definition;

  return definition === undefined
    ? refuse('not_found', `Workflow "${input.workflow}" has neither a draft nor a version yet.`)
    : {
        problems: validateDefinition(definition, { works: await knownWorks(ctx, ctx.db.sql) })
          .problems,
      };
}

export async function knownWorks(ctx: Context, sql: Queryable): Promise<ReadonlySet<string>> {
  const rows = await sql<{ key: string }[]>`
    select key from work where project_id = ${ctx.projectId}
  `;
  return new Set(rows.map(({ key }) => key));
}
