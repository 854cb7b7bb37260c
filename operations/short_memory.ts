/**
 * Remembers what was looked up for a few seconds, so that what every request asks (whose key is this?) costs no query each time. What
 * it answers may be as old as its lifetime; callers say in their docs what that means. Concurrent questions share one look-up, and the
 * oldest entries make room for new ones.
 */
export class ShortMemory<Key, Value> {
  readonly #entries = new Map<Key, { readonly value: Promise<Value>; readonly until: number }>();
  readonly #lifetimeMs: number;
  readonly #most: number;

  constructor(options: { readonly lifetimeMs: number; readonly most: number }) {
    this.#lifetimeMs = options.lifetimeMs;
    this.#most = options.most;
  }

  recall(key: Key, now: Date, lookUp: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known && known.until > now.getTime()) {
      return known.value;
    }

    const value = lookUp();
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: now.getTime() + this.#lifetimeMs });
    // A failure is not remembered: the next question asks again.
    value.catch(() => {
      if (this.#entries.get(key)?.value === value) {
        this.#entries.delete(key);
      }
    });
    this.#makeRoom();

    return value;
  }

  #makeRoom(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#most) {
        return;
      }
      this.#entries.delete(key);
    }
  }
}
