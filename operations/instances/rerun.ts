import * as z from 'zod';
import { versionNumber } from '#engine/definition.ts';
import { json, type Json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { createInTransaction } from './create.ts';
import type { CreateInstance, Created } from './create/instance.ts';
import { MOST_MOVED, moveInput, type Moved } from './move.ts';
import { recordEvents } from './record_events.ts';

export const rerunInput = moveInput.extend({
  input: json.optional().meta({ description: 'instead of the one that it had' }),
  version: z
    .union([z.literal('same'), z.literal('published'), versionNumber], {
      error: 'must be "same", "published" or the number of a version',
    })
    .optional()
    .meta({ default: 'same' }),
});

type Source = {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly objectId: string;
  readonly priority: number;
  readonly labels: Record<string, string>;
  readonly input: Json;
  readonly notifyUrl: string | null;
  readonly notifyEvents: CreateInstance['notifyEvents'] | null;
};

/** Starts new instances like others: the same object id, priority, labels and input, which may be edited. The old ones stay as they are. */
export async function rerunInstances(
  ctx: Context,
  input: z.infer<typeof rerunInput>,
): Promise<{ results: Moved[] } | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const asked = [...new Set(input.ids.map((id) => id.toLowerCase()))].slice(0, MOST_MOVED);

  return ctx.db.transaction(async (tx) => {
    const sources = await tx<Source[]>`
      select i.id, w.key as workflow, v.number as version, i.object_id as "objectId", i.priority,
        i.labels, i.input, i.notify_url as "notifyUrl", i.notify_events as "notifyEvents"
      from instance i
      join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
      join version v on v.project_id = i.project_id and v.id = i.version_id
      where i.project_id = ${ctx.projectId} and i.id = any(${asked}::uuid[])
      order by i.id
    `;
    const created = await createInTransaction(
      ctx,
      tx,
      sources.map((source) => ({
        workflow: source.workflow,
        parent: null,
        instance: {
          objectId: source.objectId,
          input: input.input ?? source.input,
          priority: source.priority,
          labels: source.labels,
          ...(source.notifyUrl === null ? {} : { notifyUrl: source.notifyUrl }),
          ...(source.notifyEvents === null ? {} : { notifyEvents: source.notifyEvents }),
          ...versionOf(input.version ?? 'same', source),
        },
      })),
    );
    const madeOf = new Map(sources.map(({ id }, place) => [id, created[place]]));

    await recordEvents(
      ctx,
      tx,
      sources.flatMap(({ id }) => {
        const made = madeOf.get(id);
        return made?.ok
          ? [
              {
                instanceId: id,
                type: 'rerun' as const,
                message: input.reason ?? '',
                data: { instance: made.id },
              },
            ]
          : [];
      }),
    );
    return { results: asked.map((id) => answer(id, madeOf.get(id))) };
  });
}

function versionOf(
  version: 'same' | 'published' | number,
  source: Source,
): { readonly version?: number } {
  return version === 'published' ? {} : { version: version === 'same' ? source.version : version };
}

function answer(id: string, created: Created | undefined): Moved {
  if (created === undefined) {
    return { id, ok: false, code: 'not_found', message: `There is no instance ${id}.` };
  }
  return created.ok
    ? { id, ok: true, newId: created.id }
    : { id, ok: false, code: 'conflict', message: created.message };
}
