import type { InvalidateOptions, QueryClient, QueryKey } from '@tanstack/react-query';
import { Rereading } from './rereading.ts';

/**
 * Live updates. One `EventSource` per visible tab carries ids only ("something about these changed"); the queries concerned are
 * then read again through the REST API, so the stream can be late, doubled or lost without anything on screen being wrong.
 *
 *     off (paused by the person) | connecting | open | lost (polling instead)
 *
 * A hidden tab lets go of its connection after a while: HTTP/1.1 allows six per origin, and eight tabs must still be able to act.
 */
export type LiveStatus = 'off' | 'connecting' | 'open' | 'lost';

/** What the API tells about (`topics` of `GET /events/stream`). */
export type Topic = 'instances' | 'workflows' | `instance:${string}`;

export type Change = { readonly topics: readonly string[]; readonly ids: readonly string[] };

/** Without a stream, everything on screen is read again this often. */
const POLL_MS = 5_000;
/** With one, this seldom: in case a proxy swallows events. */
const SAFETY_MS = 30_000;
const HIDDEN_MS = 15_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000] as const;

/** `still`: never changes. `segments`: many pages, which their view reads again at its own pace. */
const NOT_BY_ITSELF: ReadonlySet<unknown> = new Set(['still', 'segments']);

const REMEMBERED = 'latchwork-live';

export class Live {
  readonly #queries: QueryClient;
  readonly #listeners = new Set<() => void>();
  readonly #topics = new Map<Topic, number>();
  readonly #rereading: Rereading;
  #status: LiveStatus = 'connecting';
  #source: EventSource | undefined;
  #sourceTopics = '';
  #failures = 0;
  #poll: ReturnType<typeof setInterval> | undefined;
  #reconnect: ReturnType<typeof setTimeout> | undefined;
  #hidden: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient) {
    this.#queries = queries;
    this.#rereading = new Rereading(queries);
  }

  /** Opens the stream; the answer closes everything again. */
  start(): () => void {
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#setStatus(sessionStorage.getItem(REMEMBERED) === 'off' ? 'off' : 'connecting');
    this.#connectSoon(0);

    return () => {
      document.removeEventListener('visibilitychange', this.#onVisibility);
      this.#disconnect();
      this.#rereading.forget();
      clearTimeout(this.#hidden);
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly status = (): LiveStatus => this.#status;

  get paused(): boolean {
    return this.#status === 'off';
  }

  /** Paused: nothing on screen moves, not even when the window gets the focus back. */
  setPaused(paused: boolean): void {
    sessionStorage.setItem(REMEMBERED, paused ? 'off' : 'on');
    if (paused) {
      this.#disconnect();
      this.#rereading.forget();
      this.#setStatus('off');
    } else {
      this.#setStatus('connecting');
      this.#connectSoon(0);
      this.#readAll();
    }
  }

  /** Says that a component shows something about `topic`; the answer takes it back. */
  watch(topic: Topic): () => void {
    this.#topics.set(topic, (this.#topics.get(topic) ?? 0) + 1);
    this.#connectSoon(50);

    return () => {
      const left = (this.#topics.get(topic) ?? 1) - 1;
      if (left === 0) {
        this.#topics.delete(topic);
      } else {
        this.#topics.set(topic, left);
      }
      this.#connectSoon(50);
    };
  }

  #setStatus(status: LiveStatus): void {
    if (status !== this.#status) {
      this.#status = status;
      for (const listener of this.#listeners) {
        listener();
      }
    }
  }

  #connectSoon(ms: number): void {
    clearTimeout(this.#reconnect);
    this.#reconnect = setTimeout(() => this.#connect(), ms);
  }

  #connect(): void {
    const topics = [...this.#topics.keys()].toSorted().join(',');
    if (this.paused || document.visibilityState === 'hidden') {
      return;
    }
    if (
      this.#source !== undefined &&
      this.#source.readyState !== EventSource.CLOSED &&
      this.#sourceTopics === topics
    ) {
      return;
    }

    this.#disconnect();
    if (topics === '') {
      return;
    }
    this.#pollEvery(this.#status === 'lost' ? POLL_MS : SAFETY_MS);

    const source = new EventSource(`/api/v1/events/stream?topics=${encodeURIComponent(topics)}`);
    this.#source = source;
    this.#sourceTopics = topics;
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.#setStatus('open');
      this.#pollEvery(SAFETY_MS);
      // What is on screen was read before: nobody told what has changed between then and now.
      this.#readAll();
    });
    source.addEventListener('change', (event: MessageEvent<string>) => {
      for (const queryKey of concerned(readChange(event.data))) {
        this.#rereading.soon(queryKey);
      }
    });
    source.addEventListener('resync', () => this.#readAll());
    source.addEventListener('error', () => {
      if (this.#source === source) {
        this.#onError();
      }
    });
  }

  /** We reconnect ourselves: a browser gives up for good when the answer is a 502 of a proxy. */
  #onError(): void {
    this.#source?.close();
    this.#source = undefined;
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? RETRY_MS[0];
    this.#failures += 1;
    // A server closes streams now and then on purpose; only a connection that cannot be had again is lost.
    if (this.#failures > 1) {
      this.#setStatus('lost');
      this.#pollEvery(POLL_MS);
    }
    this.#connectSoon(wait);
  }

  #disconnect(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#sourceTopics = '';
    clearTimeout(this.#reconnect);
    clearInterval(this.#poll);
  }

  #pollEvery(ms: number): void {
    clearInterval(this.#poll);
    // What is being read at that moment is new enough.
    this.#poll = setInterval(() => this.#readAll({ cancelRefetch: false }), ms);
  }

  #readAll(how: InvalidateOptions = {}): void {
    if (!this.paused && document.visibilityState === 'visible') {
      const predicate = ({ queryKey }: { queryKey: QueryKey }) => !NOT_BY_ITSELF.has(queryKey[0]);
      void this.#queries.invalidateQueries({ predicate }, how);
    }
  }

  readonly #onVisibility = (): void => {
    clearTimeout(this.#hidden);
    if (document.visibilityState === 'hidden') {
      this.#hidden = setTimeout(() => this.#disconnect(), HIDDEN_MS);
    } else if (!this.paused && this.#source === undefined) {
      this.#connectSoon(0);
      this.#readAll();
    }
  };
}

function readChange(text: string): Change {
  const value: unknown = JSON.parse(text);
  const strings = (list: unknown): string[] =>
    Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];

  return typeof value === 'object' && value !== null
    ? {
        topics: strings('topics' in value ? value.topics : []),
        ids: strings('ids' in value ? value.ids : []),
      }
    : { topics: [], ids: [] };
}

/**
 * The query keys that a change makes stale. Keys begin with the noun: `['instances', …]` are lists and counts,
 * `['instance', id, …]` everything about one, and so for workflows and works.
 */
export function concerned({ topics, ids }: Change): readonly QueryKey[] {
  const keys: QueryKey[] = [];

  for (const topic of topics) {
    const [noun = '', id] = topic.split(/:(.*)/, 2);
    keys.push(id === undefined ? [noun] : [noun, id]);
    if (noun === 'instances') {
      keys.push(...ids.map((instance) => ['instance', instance]), ['workflows'], ['works']);
    }
    if (noun === 'workflows') {
      keys.push(...ids.map((workflow) => ['workflow', workflow]));
    }
  }

  return keys;
}
