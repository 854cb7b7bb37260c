const LONGEST = 64;

/** The key itself, or the first of `key_2`, `key_3`, … that is not taken. */
export function freeKey(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;

  const stem = wanted.replace(/_\d+$/, '');

  for (let number = 2; ; number += 1) {
    const ending = `_${number}`;
    const key = stem.slice(0, LONGEST - ending.length) + ending;
    if (!taken.has(key)) return key;
  }
}
