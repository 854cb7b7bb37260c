const LONGEST = 64;

/**
 * The key itself, or the first of `key2`, `key3`, … that is not taken. Without an underscore: `tiles_2` would be the name of a segment of the
 * fan-out `tiles`.
 */
export function freeKey(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;

  const stem = wanted.replace(/_?\d+$/, '');

  for (let number = 2; ; number += 1) {
    const key = stem.slice(0, LONGEST - String(number).length) + String(number);
    if (!taken.has(key)) return key;
  }
}
