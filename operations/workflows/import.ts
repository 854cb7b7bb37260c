/**
 * Importing a pipeline: what the document says becomes a workflow with a draft, and the works that it names are made where they are
 * missing. All or nothing; what could not be carried over is listed, never dropped in silence.
 */
import * as z from 'zod';
import type { Transaction } from '#db/database.ts';
import { draft, workKey, workflowKey } from '#engine/definition.ts';
import { importBcs } from '#engine/import/bcs.ts';
import { importConductor } from '#engine/import/conductor.ts';
import type { ImportResult } from '#engine/import/imported.ts';
import { importTermite } from '#engine/import/termite.ts';
import { readDocument, withinBounds } from '#engine/import/text.ts';
import { isJsonObject, json, type Json, type JsonObject } from '#engine/json.ts';
import type { Problem } from '#engine/problem.ts';
import type { Context } from '../context.ts';
import { findDraft } from '../drafts/get.ts';
import { checkDefinition } from '../drafts/validate.ts';
import { CHECKS, fieldErrors, isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { broughtWork, checkSettings, upsertWork, type PutWorkInput } from '../works/put.ts';
import { announceWorkflow } from './announce.ts';
import { insertDraft, insertWorkflow } from './create.ts';
import { loadKnown } from './known.ts';
import { firstOf, invalid, problemFacts, publishDraft } from './publish.ts';
import {
  clashOf,
  noWorkflow,
  selectWorkflows,
  workflowSettings,
  type Workflow,
} from './workflow.ts';

export const importWorkflowInput = z.strictObject({
  format: z.enum(['latchwork', 'termite', 'bcs', 'conductor']),
  document: json.meta({
    description:
      'latchwork: what `exportWorkflow` gives, a workflow as in `createWorkflow` with `works` beside it, or a definition alone. termite: a flow config, or a row of its table. bcs: a task with its steps. conductor: a workflow definition, or `{workflowDef, taskDefs}`. As JSON, or as a text of JSON or YAML.',
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
  const document = readText(input.document);
  if (isRefusal(document)) {
    return document;
  }
  const read = READERS[input.format]({ ...input, document: document.value });
  if (isRefusal(read)) {
    return read;
  }
  const wrong = checkWorks(ctx, read);
  if (wrong) {
    return wrong;
  }

  return ctx.db.transaction(async (tx) => {
    const missing = await findMissingWorks(ctx, tx, read);
    if (input.publish) {
      const works = new Set([...worksNamed(read.definition), ...missing.map(({ key }) => key)]);
      const known = await loadKnown(ctx, tx, { workflow: read.key, definition: read.definition });
      const { problems, definition } = await checkDefinition(read.definition, { ...known, works });
      if (definition === null) {
        return invalid(read.key, problems, { asDraft: true });
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

const READERS: Readonly<
  Record<ImportWorkflowInput['format'], (input: ImportWorkflowInput) => Read | Refusal>
> = {
  latchwork: readLatchwork,
  termite: readForeign(importTermite),
  bcs: readForeign(importBcs),
  conductor: readForeign(importConductor),
};

/** A document that came as a text is what the text says. */
function readText(document: Json): { readonly value: Json } | Refusal {
  const read = typeof document === 'string' ? readDocument(document) : withinBounds(document);
  if (read.ok) {
    return read;
  }
  const { message, line, column } = read.error;
  const where = line === null ? '' : `line ${line}, column ${column}: `;

  return refuse('invalid_request', `The document cannot be read: ${where}${message}`, {
    errors: [{ pointer: '/document', code: 'unreadable', message: where + message }],
    ...(line === null ? {} : { facts: { line, column } }),
  });
}

function readForeign(
  read: (document: unknown) => ImportResult,
): (input: ImportWorkflowInput) => Read | Refusal {
  return ({ document, key }) => {
    const imported = read(document);

    return 'problems' in imported
      ? unreadable(imported.problems)
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
  };
}

/** No definition came of it: there is nothing that could be a draft. */
function unreadable(problems: readonly Problem[]): Refusal {
  return refuse('invalid_definition', `The document cannot be imported: ${firstOf(problems)}`, {
    facts: { problems: problemFacts(problems), asDraft: false },
  });
}

const latchworkDocument = z.strictObject({
  schemaVersion: z.literal(1).optional(),
  key: workflowKey.optional(),
  ...settingsObject.partial().shape,
  definition: draft,
  works: z.array(broughtWork).max(1_000).optional(),
});

function readLatchwork({ document, key }: ImportWorkflowInput): Read | Refusal {
  const isBare = isJsonObject(document) && 'nodes' in document;
  const whole = isBare ? { definition: document } : document;
  const read = latchworkDocument.safeParse(whole, CHECKS);

  if (!read.success) {
    const errors = fieldErrors(read.error, '/document').map((error) =>
      isBare ? { ...error, pointer: error.pointer.replace('/definition', '') } : error,
    );
    return refuse('invalid_request', 'The document is not a workflow of Latchwork.', { errors });
  }
  const { schemaVersion: _version, key: own, works = [], ...settings } = read.data;
  const named = key ?? own;
  const wrong = clashOf(settings);
  if (wrong) {
    return wrong;
  }

  return named === undefined
    ? refuse('invalid_request', 'The document does not say the key of the workflow; give one.', {
        errors: [
          {
            pointer: '/key',
            code: 'invalid_type',
            message: 'is missing',
            facts: { expected: 'string', given: false },
          },
        ],
      })
    : {
        key: named,
        settings,
        // Not what the check made of it, whose members stand in another order.
        definition: definitionOf(whole),
        works,
        notCarried: [],
      };
}

/** Guarantee: the document was found to be an object with a definition. */
function definitionOf(document: Json): JsonObject {
  return (document as { readonly definition: JsonObject }).definition;
}

/** Of the first work that could not be made as the document has it. */
function checkWorks(ctx: Context, { works }: Read): Refusal | undefined {
  return works
    .map((work, place) => checkSettings(ctx, work, `/document/works/${place}`))
    .find((refusal) => refusal !== null);
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
