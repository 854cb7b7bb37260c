import type { Claimed, Rest } from './rest.ts';

export type FeedOptions = {
  readonly work: string;
  /** Tasks of one claim. */
  readonly batch: number;
  /** Tasks there are in all. */
  readonly total: number;
};

/** Claims tasks in batches, ahead of those who work on them. The returned function answers each task once, and then undefined. */
export function feed(
  rest: Rest,
  { work, batch, total }: FeedOptions,
): () => Promise<Claimed | undefined> {
  const queue: Claimed[] = [];
  let asked = 0;
  let claimed = 0;
  let claiming: Promise<void> | null = null;

  const claim = async (): Promise<void> => {
    const tasks = await rest.claim([work], batch, 1);
    claimed += tasks.length;
    queue.push(...tasks);
    claiming = null;
  };

  return async () => {
    if (asked === total) return undefined;
    asked += 1;

    for (;;) {
      if (queue.length < batch / 2 && claimed < total) claiming ??= claim();
      const task = queue.shift();
      if (task) return task;
      await claiming;
    }
  };
}
