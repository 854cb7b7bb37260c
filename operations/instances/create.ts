/**
 * Creating instances, many at a time. Where nothing holds an instance back, it is running when this returns; otherwise it joins its
 * workflow's queue, waits for its `runAt`, or for the instance that has its object.
 *
 *     runAt ahead ──> scheduled      object busy, switch off, or the workflow has a limit ──> queued      else ──> running
 */
import type { Transaction } from '#db/database.ts';
import type { Context } from '../context.ts';
import { findListening } from '../notifications/listen.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { findDeduplicated, prepareAll } from './create/busy.ts';
import {
  check,
  type Checked,
  findVersions,
  findWorkflows,
  noWorkflow,
  ownOf,
} from './create/check.ts';
import { findEarlier, keepAnswer } from './create/idempotent.ts';
import type { Created, CreateInstance, NewInstance } from './create/instance.ts';
import { insert, type WorkflowRow } from './create/rows.ts';
import { tell } from './create/tell.ts';

/**
 * Creates instances of one workflow; answers each, in their order. A bad one never loses the others. `idempotencyKey`: the same call
 * again with the same instances is answered as the first, with `replayed`; with others it is refused.
 */
export async function createInstances(
  ctx: Context,
  input: {
    readonly workflow: string;
    readonly instances: readonly CreateInstance[];
    readonly idempotencyKey?: string | undefined;
    /** The whole request, where it held more than these instances: some were no instances at all. */
    readonly request?: unknown;
  },
): Promise<{ readonly results: readonly Created[]; readonly replayed: boolean } | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const workflows = await findWorkflows(ctx, tx, [input.workflow]);
    if (workflows.size === 0) {
      return refuse('not_found', noWorkflow(input.workflow).message, {
        facts: { workflow: input.workflow },
      });
    }
    // From here on the call has an answer, which the key stands for.
    const { idempotencyKey } = input;
    if (idempotencyKey !== undefined) {
      const earlier = await findEarlier(ctx, tx, idempotencyKey, input);
      if (earlier !== null) {
        return earlier;
      }
    }

    const results = await create(
      ctx,
      tx,
      workflows,
      input.instances.map((instance) => ({ workflow: input.workflow, instance, parent: null })),
    );
    if (idempotencyKey !== undefined) {
      await keepAnswer(ctx, tx, idempotencyKey, results);
    }
    return { results, replayed: false };
  });
}

/**
 * Creates instances of any workflows in the caller's transaction; answers each, in their order. It locks the workflows and objects, so
 * a caller that locks instances does so after it, and calls it once.
 */
export async function createInTransaction(
  ctx: Context,
  tx: Transaction,
  items: readonly NewInstance[],
): Promise<readonly Created[]> {
  const keys = [...new Set(items.map(({ workflow }) => workflow))];
  return create(ctx, tx, await findWorkflows(ctx, tx, keys), items);
}

async function create(
  ctx: Context,
  tx: Transaction,
  workflows: ReadonlyMap<string, WorkflowRow>,
  items: readonly NewInstance[],
): Promise<Created[]> {
  const [versionOf, listeningTo] = await Promise.all([
    findVersions(ctx, tx, workflows, items),
    // After the lock on the workflows: an endpoint that begins to listen waits for it, or was there before.
    findListening(
      ctx,
      tx,
      [...workflows.values()].map(({ id }) => id),
    ),
  ]);
  const results: Created[] = [];
  const checked: Checked[] = [];

  for (const [place, item] of items.entries()) {
    const one = check(ctx, workflows.get(item.workflow), versionOf, item);
    if ('ok' in one) {
      results[place] = one;
    } else {
      checked.push({ ...one, place, notifies: listeningTo(one.workflow.id) | ownOf(item) });
    }
  }

  const { prepared, rejected } = await prepareAll(ctx, tx, checked);
  const inserted = await insert(tx, prepared, ctx.clock());
  const lost = prepared.filter(({ id }) => !inserted.has(id));

  for (const { place, result } of rejected) {
    results[place] = result;
  }
  for (const { place, id } of prepared) {
    results[place] = { ok: true, id, deduplicated: false };
  }
  for (const { place, id } of await findDeduplicated(ctx, tx, lost)) {
    results[place] = { ok: true, id, deduplicated: true };
  }
  await tell(
    ctx,
    tx,
    prepared.filter(({ id }) => inserted.has(id)),
    lost,
  );

  return results;
}
