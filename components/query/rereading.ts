import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** Bursts of changes become one reading: soon of the one run that is looked at, less often of lists, which cost more. */
const ONE_MS = 400;
const LIST_MS = 2_000;

/** Reads again what changes have made stale. */
export class Rereading {
  readonly #queries: QueryClient;
  /** What will be read, by key. */
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  soon(queryKey: QueryKey): void {
    const name = JSON.stringify(queryKey);
    if (!this.#due.has(name)) {
      const ms = queryKey[0] === 'instance' ? ONE_MS : LIST_MS;
      this.#due.set(
        name,
        setTimeout(() => {
          this.#due.delete(name);
          this.#read(queryKey);
        }, ms),
      );
    }
  }

  /** What is being read now may be from before the change, and yet arrives first: if changes cut it short, nothing would while they go on. */
  #read(queryKey: QueryKey): void {
    if (this.#queries.isFetching({ queryKey }) > 0) {
      this.soon(queryKey);
    } else {
      void this.#queries.invalidateQueries({ queryKey });
    }
  }

  forget(): void {
    for (const timer of this.#due.values()) {
      clearTimeout(timer);
    }
    this.#due.clear();
  }
}
