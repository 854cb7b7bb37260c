import * as z from 'zod';
import { forecastQueue } from '#engine/forecast/queue.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { loadPrograms } from '../versions/program.ts';
import { durationsOf, RECENT_DAYS, type WorkflowForecast } from './forecast.ts';
import { readLine, type Workflow } from './line.ts';
import { loadRecords, WHOLE } from './records.ts';

export const forecastWorkflowInput = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(30)
    .default(RECENT_DAYS)
    .meta({ description: 'how many days back to look, today among them' }),
});

/** How long a workflow and its nodes took lately, and when its line is empty. What is not known is null. */
export async function forecastWorkflow(
  ctx: Context,
  { key, days }: z.output<typeof forecastWorkflowInput> & { readonly key: string },
): Promise<WorkflowForecast | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { reads: sql } = ctx.db;
  const { projectId } = ctx;
  const now = ctx.clock();
  const [workflow] = await sql<(Workflow & { versionId: number | null })[]>`
    select
      w.project_id as "projectId", w.id, w.enabled, w.max_running as "maxRunning",
      v.id as "versionId"
    from workflow w
    left join version v
      on v.project_id = w.project_id and v.workflow_id = w.id and v.number = w.published_version
    where w.project_id = ${projectId} and w.key = ${key}
  `;
  if (workflow === undefined) {
    return refuse('not_found', `There is no workflow "${key}".`, { facts: { key } });
  }
  const records = await loadRecords(sql, { projectId, workflowId: workflow.id, days, now });
  const [line, keys] = await Promise.all([
    readLine(ctx, workflow, records, now),
    nodeKeys(ctx, workflow.versionId),
  ]);
  const { emptyInSeconds, ...queue } = forecastQueue(line);
  const whole = records.get(WHOLE);

  return {
    workflow: key,
    days,
    wait: durationsOf(whole?.wait),
    run: durationsOf(whole?.run),
    nodes: [...new Set([...keys, ...records.keys()])]
      .filter((node) => node !== WHOLE && records.has(node))
      .map((node) => ({
        key: node,
        wait: durationsOf(records.get(node)?.wait),
        run: durationsOf(records.get(node)?.run),
        segment: durationsOf(records.get(node)?.segment),
      })),
    queue: {
      ...queue,
      queued: line.queued,
      running: line.running,
      slots: line.slots,
      arrivalsPerSecond: line.arrivalsPerSecond,
      emptyAt:
        emptyInSeconds === null
          ? null
          : new Date(now.getTime() + emptyInSeconds * 1_000).toISOString(),
    },
  };
}

/** In the order of the published plan; those of older versions come behind. */
async function nodeKeys(ctx: Context, versionId: number | null): Promise<string[]> {
  if (versionId === null) {
    return [];
  }
  const programOf = await loadPrograms(ctx.db, ctx.db.reads, [versionId]);
  return programOf(versionId).program.plan.nodes.map(({ key }) => key);
}
