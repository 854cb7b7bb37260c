/**
 * Durations as a histogram of logarithmic buckets. A percentile read from it is wrong by less than `RELATIVE_ERROR` of the duration that
 * has this rank, or by half a millisecond, whatever the durations are; sums of histograms are as exact as their parts.
 */

/** Bucket 0 holds all up to a millisecond, k those above GAMMA ^ (k - 1) ms and up to GAMMA ^ k ms: see `bucket_of` of the database. */
const GAMMA = 1.1;

/** Of the middle of a bucket, from its bounds. */
export const RELATIVE_ERROR = (GAMMA - 1) / (GAMMA + 1);

export type Bucket = { readonly bucket: number; readonly count: number };

export type Sketch = {
  readonly count: number;
  /** The sum of the durations themselves. */
  readonly seconds: number;
  /** Ascending, none of them empty. */
  readonly buckets: readonly Bucket[];
};

/** What stands for all durations of a bucket. */
export function secondsOf(bucket: number): number {
  return bucket === 0 ? 0.0005 : (2 * GAMMA ** bucket) / (GAMMA + 1) / 1_000;
}

/** The duration that a share `q` of all do not exceed (nearest rank). Null: there are none. */
export function quantile({ buckets, count }: Sketch, q: number): number | null {
  return count === 0 ? null : atRank(buckets, Math.max(1, Math.ceil(q * count)));
}

/**
 * How much longer something takes that has taken `elapsed` seconds, as far as a share `q` of those tells that took longer than that. Null:
 * none of them did.
 */
export function remaining({ buckets }: Sketch, elapsed: number, q: number): number | null {
  const longer = buckets.filter(({ bucket }) => secondsOf(bucket) > elapsed);
  const count = longer.reduce((sum, one) => sum + one.count, 0);

  return count === 0 ? null : atRank(longer, Math.max(1, Math.ceil(q * count))) - elapsed;
}

function atRank(buckets: readonly Bucket[], rank: number): number {
  let seen = 0;

  for (const { bucket, count } of buckets) {
    seen += count;
    if (seen >= rank) {
      return secondsOf(bucket);
    }
  }
  throw new Error(`of ${seen} durations none has the rank ${rank}`);
}

export function average({ seconds, count }: Sketch): number | null {
  return count === 0 ? null : seconds / count;
}
