import type { InstanceFacts } from '#engine/explain/facts.ts';
import { expectEnd, type NodeRecord, type Underway } from '#engine/forecast/end.ts';
import { waitInLine } from '#engine/forecast/queue.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { findInstance, nodesOf } from '../instances/get.ts';
import { noInstance } from '../instances/instance.ts';
import { readWhyFacts } from '../instances/why/facts.ts';
import type { Live } from '../instances/why/live.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { loadPrograms } from '../versions/program.ts';
import { RECENT_DAYS, type InstanceForecast } from './forecast.ts';
import { readLine } from './line.ts';
import { loadRecords, type Records } from './records.ts';

/** When an instance will have ended, from what is left of it and what its workflow's nodes took lately. */
export async function forecastInstance(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<InstanceForecast | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findInstance(ctx, id);
  if (row === undefined) {
    return noInstance(id);
  }
  const now = ctx.clock();
  const [nodes, facts, programOf] = await Promise.all([
    nodesOf(ctx, row),
    readWhyFacts(ctx, { instanceId: row.id, node: null, segment: null }),
    loadPrograms(ctx.db, ctx.db.reads, [row.versionId]),
  ]);
  const { workflowId } = programOf(row.versionId);
  // Nobody knows when a person will resume it.
  if (facts === null || isFinalInstance(row.status) || row.status === 'paused') {
    return { id: row.id, startsAt: null, expectedEnd: null, lacking: [] };
  }

  const { projectId } = ctx;
  const sql = ctx.db.reads;
  const records = await loadRecords(sql, { projectId, workflowId, days: RECENT_DAYS, now });
  const startsAt = await startOf(ctx, { projectId, id: workflowId }, facts.instance, records, now);
  if (startsAt === null) {
    return { id: row.id, startsAt: null, expectedEnd: null, lacking: [] };
  }
  const asked = {
    plan: nodes.plan,
    state: nodes.state,
    records: new Map([...records].map(([key, record]) => [key, recordOf(record)])),
    live: oldestOf(facts.live),
    now: now.getTime(),
    startsAt,
  };
  const p50 = expectEnd(asked, 0.5);
  const p90 = expectEnd(asked, 0.9);

  return {
    id: row.id,
    startsAt: row.startedAt === null ? new Date(startsAt).toISOString() : null,
    expectedEnd:
      p50.at === null || p90.at === null
        ? null
        : {
            p50: new Date(p50.at).toISOString(),
            p90: new Date(Math.max(p50.at, p90.at)).toISOString(),
          },
    lacking: [...new Set([...p50.lacking, ...p90.lacking])],
  };
}

/** When it begins, or began, in ms; null: not known. */
async function startOf(
  ctx: Context,
  workflow: { readonly projectId: number; readonly id: number },
  instance: InstanceFacts,
  records: ReadonlyMap<string, Records>,
  now: Date,
): Promise<number | null> {
  if (instance.startedAt !== null) {
    return instance.startedAt;
  }
  if (instance.blocked || !instance.workflow.enabled) {
    return null;
  }
  const earliest = Math.max(now.getTime(), instance.runAt ?? 0);
  const line = await readLine(ctx, { ...workflow, ...instance.workflow }, records, now);
  // One that is not in line yet will find it as it is now, as far as anybody knows.
  const wait = waitInLine(line, instance.ahead ?? line.queued);
  return wait === null ? null : earliest + wait * 1_000;
}

function recordOf({ wait, run }: Records): NodeRecord {
  return { wait: wait ?? null, run: run ?? null };
}

/** Of a fan-out the segment that is live the longest stands for all. */
function oldestOf(live: readonly Live[]): ReadonlyMap<number, Underway> {
  const oldest = new Map<number, Live>();

  for (const one of live) {
    const other = oldest.get(one.node);
    if (other === undefined || one.openedAt < other.openedAt) {
      oldest.set(one.node, one);
    }
  }
  return oldest;
}
