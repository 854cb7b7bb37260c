import type { Queryable } from '#db/database.ts';
import type { Sketch } from '#engine/forecast/sketch.ts';

export type DurationKind = 'wait' | 'run' | 'segment';

/** What one node, or the whole (`''`), took lately. */
export type Records = Readonly<Partial<Record<DurationKind, Sketch>>>;

/** Key under which the whole instance is on record. */
export const WHOLE = '';

const DAY_MS = 86_400_000;

type Row = {
  readonly node: string;
  readonly kind: DurationKind;
  readonly bucket: number;
  readonly count: number;
  readonly seconds: number;
};

/** The durations of a workflow's nodes over the last days, today among them. The days are those of UTC. */
export async function loadRecords(
  sql: Queryable,
  {
    projectId,
    workflowId,
    days,
    now,
  }: {
    readonly projectId: number;
    readonly workflowId: number;
    readonly days: number;
    readonly now: Date;
  },
): Promise<ReadonlyMap<string, Records>> {
  const since = new Date(now.getTime() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const rows = await sql<Row[]>`
    select node, kind, bucket::int, sum(count)::float8 as count, sum(seconds)::float8 as seconds
    from duration
    where project_id = ${projectId} and workflow_id = ${workflowId} and day >= ${since}::text::date
    group by node, kind, bucket
    order by node, kind, bucket
  `;
  const groups = Map.groupBy(rows, ({ node, kind }) => `${kind}:${node}`);
  const records = new Map<string, Partial<Record<DurationKind, Sketch>>>();

  for (const group of groups.values()) {
    const [first] = group;
    if (first !== undefined) {
      records.set(first.node, { ...records.get(first.node), [first.kind]: sketchOf(group) });
    }
  }
  return records;
}

function sketchOf(rows: readonly Row[]): Sketch {
  const sum = (of: 'count' | 'seconds') => rows.reduce((total, row) => total + row[of], 0);
  return { count: sum('count'), seconds: sum('seconds'), buckets: rows };
}
