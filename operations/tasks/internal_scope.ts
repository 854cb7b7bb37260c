import { plain } from '#db/columns.ts';
import { loadOutputs } from '#db/hot/attempts.ts';
import type { References } from '#engine/expression/expression.ts';
import type { Scope } from '#engine/expression/scope.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import { outputsFor, scopeOf } from '#engine/scope_of.ts';
import { decodeState, emptyState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import type { InternalTask } from './internal.ts';

/** A task with what the templates read that are about to be rendered for it. */
export type ScopeRequest = {
  readonly task: InternalTask;
  readonly references: References;
};

type FactsRow = {
  readonly instanceId: string;
  readonly input: Json;
  readonly context: JsonObject;
  readonly state: string;
};

/** The scopes of tasks, in their order; what no template reads is not loaded. */
export async function loadScopes(
  ctx: Context,
  requests: readonly ScopeRequest[],
): Promise<Scope[]> {
  const facts = await loadFacts(ctx, requests);
  const stated = requests.map((request) => {
    const row = facts.get(request.task.key.instanceId);
    const { program } = request.task.version;
    return {
      ...request,
      row,
      program,
      state: row === undefined ? emptyState(0) : decodeState(row.state),
    };
  });
  // Each once: two tasks of one instance may read the same.
  const needed = new Map(
    stated.flatMap(({ task, program, state, references }) =>
      outputsFor(program, state, references).map(({ node, segments }) => {
        const { projectId, instanceId } = task.key;
        return [`${instanceId}:${node}`, { projectId, instanceId, node, segments }];
      }),
    ),
  );
  const outputs = needed.size === 0 ? [] : await loadOutputs(ctx.db.sql, [...needed.values()]);
  const outputsOf = Map.groupBy(outputs, ({ instanceId }) => instanceId);

  return stated.map(({ task, references, row, program, state }) =>
    scopeOf(
      program,
      state,
      {
        input: row?.input ?? null,
        context: row?.context ?? {},
        object: { id: task.objectId },
        instance: {
          id: task.key.instanceId,
          workflow: task.version.workflow,
          version: task.version.version,
        },
        outputs: new Map(
          outputsOf.get(task.key.instanceId)?.map(({ node, output }) => [node, output]),
        ),
      },
      references,
    ),
  );
}

async function loadFacts(
  ctx: Context,
  requests: readonly ScopeRequest[],
): Promise<ReadonlyMap<string, FactsRow>> {
  const asked = requests.filter(
    ({ references: { input, context, tasks } }) => input || context || tasks.length > 0,
  );
  if (asked.length === 0) {
    return new Map();
  }
  const rows = await ctx.db.sql<FactsRow[]>`
    select
      i.id as "instanceId",
      case when r.input then i.input end as input,
      case when r.context then i.context else '{}'::jsonb end as context,
      i.state
    from unnest(
      ${asked.map(({ task }) => task.key.projectId)}::int[],
      ${asked.map(({ task }) => task.key.instanceId)}::uuid[],
      ${plain(asked.map(({ references }) => references.input))}::text::bool[],
      ${plain(asked.map(({ references }) => references.context))}::text::bool[]
    ) as r(project_id, id, input, context)
    join instance i on i.project_id = r.project_id and i.id = r.id
  `;
  return new Map(rows.map((row) => [row.instanceId, row]));
}
