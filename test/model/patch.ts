/** RFC 7386. */
import type { Json, JsonObject } from '#engine/json.ts';

export function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const before = isObject(target) ? target : {};
  const after = Object.entries({ ...before, ...patch }).flatMap(([name, value]) => {
    const said = patch[name];
    return said === null
      ? []
      : [[name, isObject(said) ? mergePatch(before[name], said) : value] as const];
  });
  return Object.fromEntries(after);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
