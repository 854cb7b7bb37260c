/**
 * Saving a draft. Every save names the ETag that it was made from, so that of two people (or two tabs) who edit at once the second is
 * told, and nothing is lost silently.
 *
 *     no draft ──If-None-Match: *, or If-Match: the version it begins from──> draft ──If-Match: its ETag──> draft, next revision
 */
import * as z from 'zod';
import { asJson, type Transaction } from '#db/database.ts';
import { draft } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';
import { nameOf, type Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { insertDraft } from '../workflows/create.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { readEtag, type DraftAnswer } from './draft.ts';
import { findDraft, type FoundDraft } from './get.ts';

export const saveDraftInput = z.strictObject({
  definition: draft.meta({ description: 'need not be valid before it is published' }),
});

export type SaveDraft = z.output<typeof saveDraftInput> & {
  readonly workflow: string;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
};

export async function saveDraft(
  ctx: Context,
  input: SaveDraft,
): Promise<{ draft: DraftAnswer; created: boolean } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const before = await findDraft(ctx, tx, input.workflow);
    if (before === undefined) {
      return noWorkflow(input.workflow);
    }
    // A draft is checked for its shape only, and what JSON.parse made is JSON.
    const definition = input.definition as JsonObject;
    const wanted = wantedMove(before, input);
    if (isRefusal(wanted)) {
      return wanted;
    }
    const saved =
      wanted === 'create'
        ? await begin(ctx, tx, before, definition)
        : await update(ctx, tx, wanted, definition);
    const after = await findDraft(ctx, tx, input.workflow);

    return saved && after?.current
      ? { draft: after.current, created: wanted === 'create' }
      : mismatch(input.workflow, after);
  });
}

type Move = 'create' | { readonly id: number; readonly revision: number };

function wantedMove(
  { draft: existing, current }: FoundDraft,
  { workflow, ifMatch, ifNoneMatch }: SaveDraft,
): Move | Refusal {
  if (ifNoneMatch?.trim() === '*') {
    return 'create';
  }
  if (ifMatch === null) {
    return refuse(
      'etag_required',
      `Send the ETag of the draft of "${workflow}" as If-Match, or "If-None-Match: *" to begin it.`,
    );
  }

  const tag = readEtag(ifMatch);
  if (tag?.kind === 'draft') {
    return tag;
  }
  if (tag?.kind === 'any' && existing) {
    return existing;
  }
  return tag?.kind === 'published' && existing === null && current?.basedOn === tag.version
    ? 'create'
    : mismatch(workflow, { current });
}

async function begin(
  ctx: Context,
  tx: Transaction,
  { workflowId, current }: FoundDraft,
  definition: JsonObject,
): Promise<boolean> {
  const made = await insertDraft(ctx, tx, {
    workflowId,
    definition,
    basedOn: current?.basedOn ?? null,
  });
  if (made) {
    await announceWorkflow(tx, { projectId: ctx.projectId, id: workflowId });
  }
  return made !== undefined;
}

/** False: it was saved, published or discarded meanwhile. */
async function update(
  ctx: Context,
  tx: Transaction,
  tag: Exclude<Move, 'create'>,
  definition: JsonObject,
): Promise<boolean> {
  const updated = await tx`
    update version
    set
      definition = ${asJson(definition)}::text::json,
      revision = revision + 1,
      updated_by = ${nameOf(ctx.actor)},
      updated_at = ${ctx.clock()}
    where project_id = ${ctx.projectId} and id = ${tag.id} and revision = ${tag.revision}
      and status = 'draft'
    returning id
  `;
  return updated.length > 0;
}

export function mismatch(
  workflow: string,
  found: Pick<FoundDraft, 'current'> | undefined,
): Refusal {
  const current = found?.current ?? null;

  return refuse(
    'etag_mismatch',
    current === null
      ? `The draft of "${workflow}" does not exist any more.`
      : `The draft of "${workflow}" was changed by ${current.updatedBy} at ${current.updatedAt}.`,
    {
      facts: {
        currentEtag: current?.etag ?? null,
        updatedBy: current?.updatedBy ?? null,
        updatedAt: current?.updatedAt ?? null,
      },
    },
  );
}
