/** Rows that name a node by its place in the plan, when their instance is moved to another version. */
import { forgetSegments } from '#db/hot/segments.ts';
import type { Transaction } from '#db/database.ts';
import type { Context } from '../context.ts';

/** Where the nodes of an instance go; `to` null: the other version does not have the node. */
type Places = {
  readonly instanceId: string;
  readonly nodes: readonly { readonly from: number; readonly to: number | null }[];
};

/** Twice, since two nodes may change places and a key may not be there twice in between. */
export async function renumber(
  ctx: Context,
  tx: Transaction,
  moves: readonly Places[],
): Promise<void> {
  const goneOf = await findGone(ctx, tx, moves);
  const moved = moves.flatMap(({ instanceId, nodes }) => {
    let lowest = goneOf(instanceId);
    return nodes.flatMap(({ from, to }) => {
      if (from === to) {
        return [];
      }
      lowest -= to === null ? 1 : 0;
      return [{ instanceId, from, to: to ?? lowest }];
    });
  });
  if (moved.length === 0) {
    return;
  }
  // Segments that still wait in line of a fan-out that is gone will never run, and no trace has them.
  const { projectId } = ctx;
  await forgetSegments(
    tx,
    moved.flatMap(({ instanceId, from, to }) =>
      to < 0 ? [{ projectId, instanceId, node: from }] : [],
    ),
  );

  for (const [table, id, node] of NAMED_BY_PLACE) {
    await tx`
      update ${tx(table)} t
      set ${tx(node)} = r.low
      from unnest(
        ${moved.map(({ instanceId }) => instanceId)}::uuid[],
        ${moved.map(({ from }) => from)}::smallint[],
        ${moved.map(({ to }) => to - SHIFT)}::smallint[]
      ) as r(id, node, low)
      where t.project_id = ${ctx.projectId} and t.${tx(id)} = r.id and t.${tx(node)} = r.node
    `;
    await tx`
      update ${tx(table)} t
      set ${tx(node)} = t.${tx(node)} + ${SHIFT}
      where t.project_id = ${ctx.projectId}
        and t.${tx(id)} = any(${moves.map(({ instanceId }) => instanceId)}::uuid[])
        and t.${tx(node)} < ${-SHIFT / 2}
    `;
  }
}

/** Out of the way of all places: a version has 1,000 nodes at most. */
const SHIFT = 20_000;

/**
 * Attempts of nodes that the other version does not have stay in the trace, at places that no plan has: below zero, and below those of
 * earlier moves. Answers the lowest that is taken.
 */
async function findGone(
  ctx: Context,
  tx: Transaction,
  moves: readonly Places[],
): Promise<(instanceId: string) => number> {
  const rows = await tx<{ instanceId: string; lowest: number }[]>`
    select instance_id as "instanceId", min(node) as lowest
    from attempt
    where project_id = ${ctx.projectId}
      and instance_id = any(${moves.map(({ instanceId }) => instanceId)}::uuid[])
      and node < 0
    group by instance_id
  `;
  const found = new Map(rows.map(({ instanceId, lowest }) => [instanceId, lowest]));

  return (instanceId) => found.get(instanceId) ?? -1;
}

const NAMED_BY_PLACE = [
  ['task', 'instance_id', 'node'],
  ['attempt', 'instance_id', 'node'],
  ['signal', 'instance_id', 'node'],
  ['segment_queue', 'instance_id', 'node'],
  ['instance', 'parent_id', 'parent_node'],
] as const;
