import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { noWork } from './work.ts';

/** Removes a work that nothing needs any more: no published version, no version that runs, no live task. */
export async function deleteWork(
  ctx: Context,
  { key }: { readonly key: string },
): Promise<{ key: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    // The lock makes publishers of definitions that name it wait, and then find it gone.
    const [work] = await tx`
      select id from work
      where project_id = ${projectId} and key = ${key} and delivery <> 'internal'
      for update
    `;
    if (work === undefined) {
      return noWork(key);
    }

    const [user] = await tx<{ workflow: string; version: number }[]>`
      select w.key as workflow, v.number as version
      from version v
      join workflow w on w.project_id = v.project_id and w.id = v.workflow_id
      where v.project_id = ${projectId}
        and v.plan -> 'nodes' @> ${JSON.stringify([{ work: key }])}::text::jsonb
        and (
          v.status = 'published'
          or exists (
            select from instance i
            where i.project_id = v.project_id and i.workflow_id = v.workflow_id
              and i.status in ('scheduled', 'queued', 'running', 'paused') and i.version_id = v.id
          )
        )
      order by w.key, v.number
      limit 1
    `;
    if (user) {
      return refuse(
        'conflict',
        `Work "${key}" is used by version ${user.version} of workflow "${user.workflow}".`,
        { facts: user },
      );
    }

    await tx`delete from work where project_id = ${projectId} and key = ${key}`;
    await tx`delete from work_pulse where project_id = ${projectId} and work = ${key}`;
    return { key };
  });
}
