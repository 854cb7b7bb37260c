import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import type { Definition } from '#engine/definition.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Problem } from '#engine/problem.ts';
import { validateDefinition } from '#engine/validate.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { wrongSchema } from '../works/put.ts';
import { findDraft } from './get.ts';

export const validateDraftInput = z.strictObject({
  definition: jsonObject.optional().meta({ description: 'default: the draft as it was saved' }),
});

/** Everything that would keep the draft, or the definition at hand, from being published. Changes nothing. */
export async function validateDraft(
  ctx: Context,
  input: z.output<typeof validateDraftInput> & { readonly workflow: string },
): Promise<{ problems: readonly Problem[] } | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const found = await findDraft(ctx, ctx.db.reads, input.workflow);
  if (found === undefined) {
    return noWorkflow(input.workflow);
  }
  const definition = input.definition ?? found.current?.definition;

  return definition === undefined
    ? refuse('not_found', `Workflow "${input.workflow}" has neither a draft nor a version yet.`)
    : { problems: checkDefinition(definition, await knownWorks(ctx, ctx.db.reads)).problems };
}

/** The engine's own list, and what only the server can tell: whether the schema of the input is a JSON Schema. */
export function checkDefinition(
  document: JsonObject,
  works: ReadonlySet<string>,
): { problems: readonly Problem[]; definition: Definition | null } {
  const { problems, definition } = validateDefinition(document, { works });
  const wrong = wrongSchema('/input', definition?.input ?? null);
  const found = wrong.map(({ pointer, message }): Problem => ({
    code: 'schema',
    severity: 'error',
    message: `The schema of the input ${message}.`,
    pointer,
  }));

  return { problems: [...found, ...problems], definition: found.length === 0 ? definition : null };
}

async function knownWorks(ctx: Context, sql: Queryable): Promise<ReadonlySet<string>> {
  const rows = await sql<{ key: string }[]>`
    select key from work where project_id = ${ctx.projectId}
  `;
  return new Set(rows.map(({ key }) => key));
}
