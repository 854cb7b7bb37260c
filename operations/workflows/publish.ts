/**
 * Publishing: the draft becomes the next version, for good. The workflow's row is locked first, so two publishers come one after the
 * other, and the second finds no draft.
 */
import * as z from 'zod';
import { asJson, type Transaction } from '#db/database.ts';
import type { Definition } from '#engine/definition.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { compileProgram } from '#engine/program.ts';
import type { Problem } from '#engine/problem.ts';
import type { JsonObject } from '#engine/json.ts';
import { nameOf, type Context } from '../context.ts';
import { matches, type DraftRow } from '../drafts/draft.ts';
import { findDraft } from '../drafts/get.ts';
import { mismatch } from '../drafts/save.ts';
import { checkDefinition } from '../drafts/validate.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import type { Version } from '../versions/version.ts';
import { announceWorkflow } from './announce.ts';
import { findWorkflowId } from './find_id.ts';
import { lockKnown } from './known.ts';
import { noWorkflow } from './workflow.ts';

export const publishWorkflowInput = z.strictObject({
  summary: z
    .string()
    .trim()
    .max(2_000)
    .default('')
    .meta({ description: 'what changed, for those who look at the list of versions' }),
});

export async function publishWorkflow(
  ctx: Context,
  input: { readonly workflow: string; readonly summary: string; readonly ifMatch: string | null },
): Promise<Version | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    await findWorkflowId(ctx, tx, input.workflow, 'for update');
    const found = await findDraft(ctx, tx, input.workflow);

    if (found === undefined) {
      return noWorkflow(input.workflow);
    }
    if (found.draft === null) {
      return refuse('conflict', `Workflow "${input.workflow}" has no draft to publish.`);
    }
    if (input.ifMatch !== null && !matches(input.ifMatch, found.draft)) {
      return mismatch(input.workflow, found);
    }
    return publishDraft(ctx, tx, { ...input, workflowId: found.workflowId, draft: found.draft });
  });
}

/** Publishes a draft whose workflow's row is locked. A refusal changed nothing. */
export async function publishDraft(
  ctx: Context,
  tx: Transaction,
  input: {
    readonly workflow: string;
    readonly workflowId: number;
    readonly draft: Pick<DraftRow, 'id' | 'revision' | 'definition'>;
    readonly summary: string;
  },
): Promise<Version | Refusal> {
  const known = await lockKnown(ctx, tx, {
    workflow: input.workflow,
    definition: input.draft.definition,
  });
  const { problems, definition } = await checkDefinition(input.draft.definition, known);
  if (definition === null) {
    return invalid(input.workflow, problems);
  }
  const version = await store(ctx, tx, input, definition);

  // No row: the draft was saved again after it was read.
  if (version === undefined) {
    return mismatch(input.workflow, await findDraft(ctx, tx, input.workflow));
  }
  await tx`
    update workflow
    set last_version = ${version}, published_version = ${version}, updated_at = ${ctx.clock()}
    where project_id = ${ctx.projectId} and id = ${input.workflowId}
  `;
  await announceWorkflow(tx, { projectId: ctx.projectId, id: input.workflowId });

  return {
    version,
    status: 'published',
    summary: input.summary,
    definition: input.draft.definition,
    publishedAt: ctx.clock().toISOString(),
    publishedBy: nameOf(ctx.actor),
    instances: 0,
  };
}

/** @param more what else a program may want to know of the refusal */
export function invalid(
  workflow: string,
  problems: readonly Problem[],
  more: JsonObject = {},
): Refusal {
  return refuse(
    'invalid_definition',
    `The definition of "${workflow}" cannot be published: ${firstOf(problems)}`,
    { facts: { problems: problemFacts(problems), ...more } },
  );
}

/** The first of the errors, and how many there are beside it. */
export function firstOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${errors[0]?.message}${more}`;
}

/** Guarantee: a problem holds nothing but texts and numbers. */
export function problemFacts(problems: readonly Problem[]): JsonObject[] {
  return problems as unknown as JsonObject[];
}

async function store(
  ctx: Context,
  tx: Transaction,
  { workflowId, draft, summary }: Parameters<typeof publishDraft>[2],
  definition: Definition,
): Promise<number | undefined> {
  const plan = compilePlan(definition);
  // What is stored must run: an expression that does not compile would throw here and not in a running instance.
  compileProgram(plan);

  const [published] = await tx<{ number: number }[]>`
    update version v
    set
      status = 'published',
      number = w.last_version + 1,
      plan = ${asJson(plan)}::text::jsonb,
      summary = ${summary},
      updated_by = ${nameOf(ctx.actor)},
      updated_at = ${ctx.clock()},
      published_at = ${ctx.clock()}
    from workflow w
    where w.project_id = ${ctx.projectId} and w.id = ${workflowId}
      and v.project_id = w.project_id and v.id = ${draft.id} and v.revision = ${draft.revision}
      and v.status = 'draft'
    returning v.number
  `;
  return published?.number;
}
