/** Counts what comes in, for somebody who waits for so many. */
export type Tally = {
  readonly add: () => void;
  /** Resolves when `count` more have come since this was called. One waits at a time. */
  readonly next: (count: number) => Promise<void>;
};

export function createTally(): Tally {
  let left = 0;
  let resolve = (): void => {};

  return {
    add() {
      left -= 1;
      if (left === 0) resolve();
    },
    next: (count) =>
      new Promise((done) => {
        left = count;
        resolve = done;
      }),
  };
}
