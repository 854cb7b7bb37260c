import * as z from 'zod';
import type { Definition } from '#engine/definition.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Problem } from '#engine/problem.ts';
import { type Known, validateDefinition } from '#engine/validate.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { loadKnown } from '../workflows/known.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { wrongSchema } from '../works/put.ts';
import { checkScripts } from './check_scripts.ts';
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

  if (definition === undefined) {
    return refuse(
      'not_found',
      `Workflow "${input.workflow}" has neither a draft nor a version yet.`,
    );
  }
  const known = await loadKnown(ctx, ctx.db.reads, { workflow: input.workflow, definition });
  const { problems } = await checkDefinition(definition, known);
  return { problems };
}

/** The engine's own list, and what only the server can tell: whether the schema of the input is a JSON Schema and scripts are scripts. */
export async function checkDefinition(
  document: JsonObject,
  known: Known,
): Promise<{ problems: readonly Problem[]; definition: Definition | null }> {
  const { problems, definition } = validateDefinition(document, known);
  const wrong = wrongSchema('/input', definition?.input ?? null);
  const schemas = wrong.map(({ pointer, message }): Problem => ({
    code: 'schema',
    severity: 'error',
    message: `The schema of the input ${message}.`,
    pointer,
  }));
  const found = [...schemas, ...(await checkScripts(document))];
  const stops = found.some(({ severity }) => severity === 'error');

  return { problems: [...found, ...problems], definition: stops ? null : definition };
}
