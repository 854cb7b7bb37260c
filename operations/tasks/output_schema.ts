import { failTraces } from '#db/hot/attempts.ts';
import type { TakenTask } from '#db/hot/tasks.ts';
import type { Queryable, Transaction } from '#db/database.ts';
import type { JsonObject } from '#engine/json.ts';
import { checkSchema } from '../json_schema.ts';
import type { End } from './end.ts';

type OutputSchema = {
  readonly projectId: number;
  readonly work: string;
  readonly schema: JsonObject;
};

/** Output schemas of all works of some projects; most works have none. */
export function loadOutputSchemas(sql: Queryable, projectIds: Iterable<number>) {
  return sql<OutputSchema[]>`
    select project_id as "projectId", key as work, output_schema as schema
    from work
    where project_id = any(${[...new Set(projectIds)]}::int[]) and output_schema is not null
  `;
}

/**
 * Turns ends whose output does not fit the schema of its work into failures with `output_schema`, in the trace too. What it answers
 * takes the place of both lists: a failed task needs its input again.
 */
export async function enforceOutputSchemas(
  tx: Transaction,
  ends: readonly End[],
  taken: readonly TakenTask[],
  schemas: readonly OutputSchema[],
): Promise<{ readonly ends: readonly End[]; readonly taken: readonly TakenTask[] }> {
  if (schemas.length === 0) {
    return { ends, taken };
  }
  const schemaOf = new Map(schemas.map((row) => [`${row.projectId}:${row.work}`, row.schema]));
  const wrong = new Map<number, End>();

  for (const { place, work } of taken) {
    const end = ends[place];
    const schema = end?.outcome === 'succeeded' && schemaOf.get(`${end.projectId}:${work}`);
    const [error] = end && schema ? checkSchema(schema, end.output, '/output') : [];
    if (end && error) {
      const message = `the output does not fit the schema of work "${work}": ${error.pointer} ${error.message}`;
      wrong.set(place, { ...end, outcome: 'failed', code: 'output_schema', error: { message } });
    }
  }
  if (wrong.size === 0) {
    return { ends, taken };
  }

  const inputs = await failTraces(tx, [...wrong.values()]);
  const places = [...wrong.keys()];
  const inputOf = new Map(inputs.map(({ place, input }) => [places[place], input]));
  return {
    ends: ends.map((end, place) => wrong.get(place) ?? end),
    taken: taken.map((task) =>
      wrong.has(task.place) ? { ...task, input: inputOf.get(task.place) ?? null } : task,
    ),
  };
}
