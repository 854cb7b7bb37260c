/** What is asked about: a whole instance, one node of it, one segment. */
export type Asked = {
  readonly instanceId: string;
  readonly node: number | null;
  readonly segment: number | null;
};

/** Places in line are counted so far: beyond that the number tells nobody anything. */
export const MOST_COUNTED = 1_000;
