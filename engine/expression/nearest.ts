/** The name that was probably meant: at most a third of its letters mistyped, two exchanged counting as one. Null if none is near. */
export function nearest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;

  for (const one of known) {
    if (Math.abs(one.length - name.length) < least) {
      const mistakes = distance(name.toLowerCase(), one.toLowerCase());
      if (mistakes < least) {
        [best, least] = [one, mistakes];
      }
    }
  }
  return best;
}

/** Of a place that has only these names. */
export function unknownName(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const meant = near === null ? '' : ` (did you mean ${near}?)`;
  return `"${name}" is not known here; this may read ${known.join(', ')}${meant}`;
}

/** Letters to change, add, drop, or exchange with the next one. */
function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);

  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const exchanged =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        exchanged ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
