import * as z from 'zod';
import { isJsonObject, type Json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { isAsked } from '../instances/waited_for.ts';
import { instant, toInstant } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { loadNames } from '../versions/names.ts';
import { loadPrograms } from '../versions/program.ts';

/** Looked through for those that wait longest: of the oldest instances, as the index has them. */
const MOST_LOOKED_AT = 5_000;

export const listWaitingInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const waitingSignal = z
  .object({
    instanceId: z.uuid(),
    objectId: z.string(),
    workflow: z.string().meta({ description: 'key of the workflow' }),
    workflowName: z.string(),
    task: z.string().meta({ description: 'key of its node' }),
    taskName: z.string(),
    signal: z.string().meta({ description: 'name to send it by' }),
    approval: z.boolean().meta({ description: "whether it is a person's word that is waited for" }),
    prompt: z.string().meta({ description: 'what is asked; may be empty' }),
    since: instant.nullable(),
    dueAt: instant.nullable().meta({ description: 'when it times out' }),
  })
  .meta({ id: 'WaitingSignal', description: 'What an open signal node of a run waits for.' });

export type WaitingSignal = z.infer<typeof waitingSignal>;

type WaitingRow = {
  readonly instanceId: string;
  readonly objectId: string;
  readonly workflow: string;
  readonly workflowName: string;
  readonly versionId: number;
  readonly node: number;
  readonly input: Json;
  readonly startedAt: Date | null;
  readonly dueAt: Date | null;
};

/** What runs wait for from people and from outside, that which waits longest first. */
export async function listWaiting(
  ctx: Context,
  { limit }: z.output<typeof listWaitingInput>,
): Promise<{ data: WaitingSignal[]; nextCursor: null } | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;
  const sql = ctx.db.reads;
  const rows = await sql<WaitingRow[]>`
    select
      t.instance_id as "instanceId", i.object_id as "objectId", w.key as workflow,
      w.name as "workflowName", i.version_id as "versionId", t.node, t.input,
      t.started_at as "startedAt", t.due_at as "dueAt"
    from (
      select *
      from task t
      where t.project_id = ${projectId} and ${isAsked(sql)} and t.status = 'running'
      order by t.project_id, t.instance_id
      limit ${MOST_LOOKED_AT}
    ) as t
    join instance i on i.project_id = t.project_id and i.id = t.instance_id
    join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
    order by t.started_at, t.instance_id, t.node
    limit ${limit}
  `;
  const versions = [...new Set(rows.map(({ versionId }) => versionId))];
  const [programOf, names] = await Promise.all([
    loadPrograms(ctx.db, sql, versions),
    Promise.all(
      versions.map(
        async (versionId) =>
          [versionId, await loadNames(ctx.db, { projectId, versionId })] as const,
      ),
    ),
  ]);
  const namesOf = new Map(names);

  return {
    data: rows.map(({ versionId, node, input, startedAt, dueAt, ...row }) => {
      const key = programOf(versionId).program.plan.nodes[node]?.key ?? '';
      return {
        ...row,
        task: key,
        taskName: namesOf.get(versionId)?.get(key) ?? key,
        ...askedFor(input, key),
        since: toInstant(startedAt),
        dueAt: toInstant(dueAt),
      };
    }),
    nextCursor: null,
  };
}

/** The rendered input of a signal node says what it asks for. */
function askedFor(input: Json, key: string): Pick<WaitingSignal, 'signal' | 'approval' | 'prompt'> {
  const { signal, approval, prompt } = isJsonObject(input) ? input : {};

  return {
    signal: typeof signal === 'string' ? signal : key,
    approval: approval === true,
    prompt: typeof prompt === 'string' ? prompt : '',
  };
}
