import { isRecord } from '../../canvas/read.ts';

/** Whether two JSON values say the same. The order of members does not matter: Postgres keeps its own. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;

  if (Array.isArray(one)) {
    const list: readonly unknown[] = one;
    return (
      Array.isArray(other) &&
      list.length === other.length &&
      list.every((entry, index) => sameJson(entry, other[index]))
    );
  }

  if (!isRecord(one) || !isRecord(other)) return false;

  const names = membersOf(one);
  return (
    names.length === membersOf(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name], other[name]))
  );
}

/** A member that is undefined does not reach the JSON. */
function membersOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record).filter((name) => record[name] !== undefined);
}
