/** A workflow as one document: its settings and one of its definitions, as import takes them. */
import * as z from 'zod';
import { EXPORT_FORMATS, writeDocument, type ExportFormat } from '#engine/export.ts';
import { workflowKey } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { findDraft } from '../drafts/get.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { findVersion } from '../versions/get.ts';
import { storedDefinition } from '../versions/version.ts';
import { noWorkflow, selectWorkflows, workflowSettings } from './workflow.ts';

export const exportWorkflowInput = z.strictObject({
  format: z.enum(EXPORT_FORMATS).optional().meta({ default: 'json' }),
  version: z
    .string()
    .regex(/^(draft|[1-9]\d{0,8})$/, 'must be the number of a version, or draft')
    .optional()
    .meta({ description: 'a number, or `draft`; default: the version in use, or else the draft' }),
});

export const exportedWorkflow = z
  .object({
    schemaVersion: z.literal(1).meta({ description: 'of this kind of document' }),
    key: workflowKey,
    ...workflowSettings,
    definition: storedDefinition,
  })
  .meta({ id: 'ExportedWorkflow', description: 'What import takes as a document of Latchwork.' });

type Exported = {
  readonly document: z.infer<typeof exportedWorkflow>;
  readonly format: ExportFormat;
  readonly text: string;
};

export async function exportWorkflow(
  ctx: Context,
  {
    key,
    format = 'json',
    version,
  }: z.output<typeof exportWorkflowInput> & { readonly key: string },
): Promise<Exported | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [workflow] = await selectWorkflows(ctx, ctx.db.reads, { key });
  if (workflow === undefined) {
    return noWorkflow(key);
  }
  const wanted = version ?? workflow.publishedVersion ?? 'draft';
  const definition = await findDefinition(ctx, key, wanted === 'draft' ? null : Number(wanted));
  if (isRefusal(definition)) {
    return definition;
  }

  // Picks what the schema names, in its order.
  const document = exportedWorkflow.parse({ ...workflow, schemaVersion: 1, definition });
  return { document, format, text: writeDocument(document, format) };
}

async function findDefinition(
  ctx: Context,
  workflow: string,
  version: number | null,
): Promise<JsonObject | Refusal> {
  if (version !== null) {
    const found = await findVersion(ctx, ctx.db.reads, { workflow, version });
    return isRefusal(found) ? found : found.definition;
  }
  const found = await findDraft(ctx, ctx.db.reads, workflow);

  return (
    found?.draft?.definition ??
    refuse('not_found', `Workflow "${workflow}" has no draft to export.`)
  );
}
