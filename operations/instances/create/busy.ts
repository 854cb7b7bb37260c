import { plain, texts } from '#db/columns.ts';
import { storable, type Transaction } from '#db/database.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../../context.ts';
import { findHolders, keyOfObject, lockObjects } from '../objects.ts';
import type { Checked } from './check.ts';
import type { Created } from './instance.ts';
import { prepare, type Prepared, type WorkflowRow } from './rows.ts';

/** Says of each how it begins, which for those with an object of their own depends on who has it, earlier ones of this call included. */
export async function prepareAll(
  ctx: Context,
  tx: Transaction,
  checked: readonly Checked[],
): Promise<{ prepared: Prepared[]; rejected: { place: number; result: Created }[] }> {
  const exclusive = checked.filter(({ workflow }) => workflow.onObjectBusy !== 'allow');
  const objects = [
    ...new Map(exclusive.map(objectOf).map((one) => [keyOfObject(one), one])).values(),
  ];
  await lockObjects(tx, objects);
  const holders = new Map(
    (await findHolders(tx, objects)).map((holder) => [keyOfObject(holder), holder.id]),
  );
  const prepared: Prepared[] = [];
  const busy: (Checked & { readonly busyWith: string })[] = [];

  for (const one of checked) {
    const { onObjectBusy } = one.workflow;
    const key = keyOfObject(objectOf(one));
    const holder = onObjectBusy === 'allow' ? undefined : holders.get(key);

    if (holder !== undefined && onObjectBusy === 'reject') {
      busy.push({ ...one, busyWith: holder });
    } else {
      const made = prepare(ctx, { ...one, busy: holder !== undefined });
      prepared.push(made);
      if (holder === undefined && made.status !== 'scheduled' && !isFinalInstance(made.status)) {
        holders.set(key, made.id);
      }
    }
  }

  return { prepared, rejected: await reject(ctx, tx, busy) };
}

function objectOf({ workflow, instance }: Pick<Checked, 'workflow' | 'instance'>) {
  return { workflowId: workflow.id, objectId: storable(instance.objectId) };
}

/** The refusals of those whose object is busy; but one that was created before is answered as that. */
async function reject(
  ctx: Context,
  tx: Transaction,
  busy: readonly (Checked & { readonly busyWith: string })[],
): Promise<{ place: number; result: Created }[]> {
  const keyed = busy.map((one) => ({
    ...one,
    dedupeKey: one.instance.dedupeKey === undefined ? null : storable(one.instance.dedupeKey),
  }));
  const earlier = new Map(
    (await findDeduplicated(ctx, tx, keyed)).map(({ place, id }) => [place, id]),
  );

  return busy.map(({ place, workflow, instance, busyWith }) => {
    const id = earlier.get(place);
    return {
      place,
      result:
        id !== undefined
          ? { ok: true, id, deduplicated: true }
          : {
              ok: false,
              code: 'object_busy',
              message: `Workflow "${workflow.key}" lets one instance per object run, and instance ${busyWith} of "${instance.objectId}" has not ended.`,
              busyWith,
            },
    };
  });
}

/** Instances that were created before with the same dedupe key. */
export async function findDeduplicated(
  ctx: Context,
  tx: Transaction,
  lost: readonly {
    readonly place: number;
    readonly workflow: WorkflowRow;
    readonly dedupeKey: string | null;
  }[],
): Promise<{ place: number; id: string }[]> {
  const keyed = lost.filter(({ dedupeKey }) => dedupeKey !== null);
  if (keyed.length === 0) {
    return [];
  }
  return tx<{ place: number; id: string }[]>`
    select r.place, i.id
    from unnest(
      ${plain(keyed.map(() => ctx.projectId))}::text::int[],
      ${plain(keyed.map(({ place }) => place))}::text::int[],
      ${plain(keyed.map(({ workflow }) => workflow.id))}::text::int[],
      ${texts(keyed.map(({ dedupeKey }) => dedupeKey))}::text::text[]
    ) as r(project_id, place, workflow_id, dedupe_key)
    -- One look-up after the other, whatever the statistics say. The rest of the key is no condition of an index, so that none but that
    -- of dedupe keys serves it.
    cross join lateral (
      select id
      from instance
      where dedupe_key = r.dedupe_key
        and workflow_id is not distinct from r.workflow_id
        and project_id is not distinct from r.project_id
      limit 1
    ) as i
  `;
}
