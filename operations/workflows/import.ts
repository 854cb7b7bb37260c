/**
 * Importing a pipeline: what the document says becomes a workflow with a draft, and the works that it names are made where they are
 * missing. All or nothing; what could not be carried over is listed, never dropped in silence.
 */
import * as z from 'zod';
import type { Transaction } from '#db/database.ts';
import { draft, workKey, workflowKey } from '#engine/definition.ts';
import { importTermite } from '#engine/import/termite.ts';
import { isJsonObject, json, type Json, type JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { findDraft } from '../drafts/get.ts';
import { checkDefinition } from '../drafts/validate.ts';
import { fieldErrors, isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { broughtWork, checkSchemas, upsertWork, type PutWorkInput } from '../works/put.ts';
import { announceWorkflow } from './announce.ts';
import { insertDraft, insertWorkflow } from './create.ts';
import { loadKnown } from './known.ts';
import { invalid, publishDraft } from './publish.ts';
import { noWorkflow, selectWorkflows, workflowSettings, type Workflow } from './workflow.ts';

export const importWorkflowInput = z.strictObject({
  format: z.enum(['latchwork', 'termite']),
  document: json.meta({
    description:
      'latchwork: a definition, or a workflow as in `createWorkflow` with `works` beside it. termite: a flow config, or a row of its table.',
  }),
  key: workflowKey
    .optional()
    .meta({ description: 'of the workflow; default: as the document says' }),
  publish: z.boolean().optional().meta({ default: false }),
});

export type ImportWorkflowInput = z.output<typeof importWorkflowInput>;

type NotCarried = { readonly pointer: string; readonly message: string };

export type ImportAnswer = {
  readonly workflow: Workflow;
  readonly definition: JsonObject;
  /** Keys of the works that were made. */
  readonly works: readonly string[];
  readonly notCarried: readonly NotCarried[];
};

type Read = {
  readonly key: string;
  readonly settings: Partial<z.output<typeof settingsObject>>;
  readonly definition: JsonObject;
  readonly works: readonly ({ readonly key: string } & PutWorkInput)[];
  readonly notCarried: readonly NotCarried[];
};

const settingsObject = z.object(workflowSettings);

/** A workflow that is there already gets the definition as its draft, unless it has one; its settings stay. */
export async function importWorkflow(
  ctx: Context,
  input: ImportWorkflowInput,
): Promise<ImportAnswer | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const read = input.format === 'termite' ? readTermite(input) : readLatchwork(input);
  if (isRefusal(read)) {
    return read;
  }

  return ctx.db.transaction(async (tx) => {
    const missing = await findMissingWorks(ctx, tx, read);
    if (input.publish) {
      const works = new Set([...worksNamed(read.definition), ...missing.map(({ key }) => key)]);
      const known = await loadKnown(ctx, tx, { workflow: read.key, definition: read.definition });
      const { problems, definition } = checkDefinition(read.definition, { ...known, works });
      if (definition === null) {
        return invalid(read.key, problems);
      }
    }
    const begun = await beginDraft(ctx, tx, read);
    if (isRefusal(begun)) {
      return begun;
    }
    for (const { key, ...work } of missing) {
      await upsertWork(ctx, tx, key, work);
    }
    if (input.publish) {
      await publishDraft(ctx, tx, { ...begun, workflow: read.key, summary: 'Imported' });
    }
    await announceWorkflow(tx, { projectId: ctx.projectId, id: begun.workflowId });
    const [workflow] = await selectWorkflows(ctx, tx, { key: read.key });

    return workflow
      ? {
          workflow,
          definition: read.definition,
          works: missing.map(({ key }) => key),
          notCarried: read.notCarried,
        }
      : noWorkflow(read.key);
  });
}

function readTermite({ document, key }: ImportWorkflowInput): Read | Refusal {
  const imported = importTermite(document);

  return 'problems' in imported
    ? invalid(key ?? 'termite', imported.problems)
    : {
        ...imported,
        key: key ?? imported.key,
        settings: {
          name: imported.name,
          description: imported.description,
          ...imported.settings,
        },
        // A definition is JSON; its type only says more.
        definition: imported.definition as unknown as JsonObject,
      };
}

const latchworkDocument = z.strictObject({
  key: workflowKey.optional(),
  ...settingsObject.partial().shape,
  definition: draft,
  works: z.array(broughtWork).max(1_000).optional(),
});

function readLatchwork({ document, key }: ImportWorkflowInput): Read | Refusal {
  const isBare = isJsonObject(document) && 'nodes' in document;
  const read = latchworkDocument.safeParse(isBare ? { definition: document } : document);

  if (!read.success) {
    const errors = fieldErrors(read.error, '/document').map((error) =>
      isBare ? { ...error, pointer: error.pointer.replace('/definition', '') } : error,
    );
    return refuse('invalid_request', 'The document is not a workflow of Latchwork.', { errors });
  }
  const { key: own, definition, works = [], ...settings } = read.data;
  const named = key ?? own;
  const wrong = works.map(checkSchemas).find((refusal) => refusal !== null);
  if (wrong) {
    return wrong;
  }

  return named === undefined
    ? refuse('invalid_request', 'The document does not say the key of the workflow; give one.', {
        errors: [{ pointer: '/key', code: 'invalid_type', message: 'is missing' }],
      })
    : {
        key: named,
        settings,
        // A draft is checked for its shape only, and what JSON.parse made is JSON.
        definition: definition as JsonObject,
        works,
        notCarried: [],
      };
}

/** Works that the definition names or the document brings and that are not there; of those only named, plain ones to be pulled. */
async function findMissingWorks(
  ctx: Context,
  tx: Transaction,
  { definition, works }: Read,
): Promise<({ readonly key: string } & PutWorkInput)[]> {
  const brought = new Map(works.map((work) => [work.key, work]));
  const wanted = [...new Set([...brought.keys(), ...worksNamed(definition)])];
  const rows = await tx<{ key: string }[]>`
    select key from work
    where project_id = ${ctx.projectId} and key = any(${wanted}::text[])
  `;
  const there = new Set(rows.map(({ key }) => key));

  return wanted.filter((key) => !there.has(key)).map((key) => brought.get(key) ?? { key });
}

/** Those that could be keys of works; validation names the others. */
function worksNamed({ nodes }: JsonObject): string[] {
  const list: readonly Json[] = Array.isArray(nodes) ? nodes : [];

  return list.flatMap((node) =>
    isJsonObject(node) && typeof node.work === 'string' && workKey.safeParse(node.work).success
      ? [node.work]
      : [],
  );
}

async function beginDraft(ctx: Context, tx: Transaction, { key, settings, definition }: Read) {
  const made = await insertWorkflow(ctx, tx, { ...settings, key });
  const existing = made === null ? await findDraft(ctx, tx, key) : undefined;
  const workflowId = made ?? existing?.workflowId;

  if (workflowId === undefined) {
    return noWorkflow(key);
  }
  const begun = await insertDraft(ctx, tx, {
    workflowId,
    definition,
    basedOn: existing?.current?.basedOn ?? null,
  });
  return begun === undefined
    ? refuse('conflict', `Workflow "${key}" has a draft; publish or discard it first.`, {
        facts: { workflow: key },
      })
    : { workflowId, draft: { ...begun, definition } };
}
