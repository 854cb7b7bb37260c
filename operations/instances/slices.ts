/**
 * Sets of instances that are worked on in slices, so that what is in memory at once does not grow with what they hold: an instance may have
 * one row, or those of 10,000 segments with their inputs.
 */

const MOST_ROWS = 10_000;

/** Cuts instances into slices of about `most` nodes and segments; one that has more is a slice of its own. */
export function slicesOf<Item extends { readonly state: string }>(
  instances: readonly Item[],
  most = MOST_ROWS,
): Item[][] {
  const slices: Item[][] = [];
  let slice: Item[] = [];
  let weight = 0;

  for (const instance of instances) {
    const more = weightOf(instance.state);
    if (slice.length > 0 && weight + more > most) {
      slices.push(slice);
      slice = [];
      weight = 0;
    }
    slice.push(instance);
    weight += more;
  }
  return slice.length === 0 ? slices : [...slices, slice];
}

/** Its nodes and the segments of its fan-outs (engine/state.ts). Also of a state that cannot be read, which has to go somewhere too. */
function weightOf(state: string): number {
  const [nodes = '', ...extras] = state.split(';');

  return extras.reduce(
    (sum, extra) => sum + Number(/^\d+=(\d+)/.exec(extra)?.[1] ?? 0),
    nodes.length,
  );
}
