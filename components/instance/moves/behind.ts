/** A node and everything behind it, as a restart runs it again: keys in no particular order. */
export function behind(
  from: string,
  edges: readonly { readonly from: string; readonly to: string }[],
): ReadonlySet<string> {
  const found = new Set([from]);

  // A set that grows while it is walked is walked to its new end.
  for (const key of found) {
    for (const edge of edges) {
      if (edge.from === key) found.add(edge.to);
    }
  }
  return found;
}
