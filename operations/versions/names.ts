import type { Database } from '#db/database.ts';
import { isJsonObject, type Json, type JsonObject } from '#engine/json.ts';

/** What people call the nodes of a version, by key; those without a name are not in it. */
export type NodeNames = ReadonlyMap<string, string>;

const MOST_VERSIONS = 1_000;
const known = new WeakMap<Database, Map<number, NodeNames>>();

/** From memory where it is known: a published version never changes. The plan has no names, since the engine needs none. */
export async function loadNames(
  db: Database,
  version: { readonly projectId: number; readonly versionId: number },
): Promise<NodeNames> {
  const cache = known.get(db) ?? new Map<number, NodeNames>();
  known.set(db, cache);
  const cached = cache.get(version.versionId);
  if (cached) {
    return cached;
  }

  const [row] = await db.sql<{ definition: JsonObject }[]>`
    select definition
    from version
    where project_id = ${version.projectId} and id = ${version.versionId}
  `;
  const names = namesOf(row?.definition.nodes);
  cache.set(version.versionId, names);
  for (const id of [...cache.keys()].slice(0, Math.max(0, cache.size - MOST_VERSIONS))) {
    cache.delete(id);
  }
  return names;
}

function namesOf(nodes: JsonObject[string] | undefined): NodeNames {
  const list: readonly Json[] = Array.isArray(nodes) ? nodes : [];

  return new Map(
    list.flatMap((node): [string, string][] =>
      isJsonObject(node) && typeof node.key === 'string' && typeof node.name === 'string'
        ? [[node.key, node.name]]
        : [],
    ),
  );
}
