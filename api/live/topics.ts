import * as z from 'zod';
import type { ChangeEvent } from '../schemas.ts';
import type { Change } from './hub.ts';

const topic = z
  .string()
  .regex(/^(?:instances|workflows|instance:[0-9a-f-]{36})$/, 'is not a topic that there is');

const MOST_TOPICS = 50;

export const topicList = z
  .string()
  .transform((text) => text.split(',').filter((each) => each !== ''))
  .pipe(z.array(topic).min(1).max(MOST_TOPICS))
  .meta({
    description: '`instances`, `instance:<id>`, `workflows`, separated by commas',
    examples: ['instances,workflows'],
  });

/** More ids than this in one event are no longer news about each: the page is told to read everything again. */
const MOST_IDS = 500;

/** What changed since the last event of a stream, as far as its topics go. */
export class Pending {
  readonly #topics: ReadonlySet<string>;
  readonly #instances = new Set<string>();
  readonly #watched = new Set<string>();
  readonly #workflows = new Set<number>();
  #all = false;

  constructor(topics: readonly string[]) {
    this.#topics = new Set(topics);
  }

  add({ instances, workflows }: Change): void {
    for (const id of instances) {
      if (this.#topics.has('instances')) {
        this.#instances.add(id);
      }
      if (this.#topics.has(`instance:${id}`)) {
        this.#watched.add(id);
      }
    }
    if (this.#topics.has('workflows')) {
      workflows.forEach((id) => this.#workflows.add(id));
    }
    if (this.#instances.size + this.#workflows.size > MOST_IDS) {
      this.addAll();
    }
  }

  /** Anything may have changed. */
  addAll(): void {
    this.#clear();
    this.#all = true;
  }

  get empty(): boolean {
    return !this.#all && this.#instances.size + this.#watched.size + this.#workflows.size === 0;
  }

  /** Takes everything out: the events to send, or `resync`. `keysOf`: keys of workflows. */
  async take(
    keysOf: (ids: readonly number[]) => Promise<string[]>,
  ): Promise<readonly ChangeEvent[] | 'resync'> {
    if (this.#all) {
      this.#all = false;
      return 'resync';
    }
    const events: ChangeEvent[] = [];
    const workflows = [...this.#workflows];

    if (this.#instances.size > 0) {
      events.push({ topics: ['instances'], ids: [...this.#instances] });
    }
    if (this.#watched.size > 0) {
      const ids = [...this.#watched];
      events.push({ topics: ids.map((id) => `instance:${id}`), ids });
    }
    this.#clear();
    if (workflows.length > 0) {
      events.push({ topics: ['workflows'], ids: await keysOf(workflows) });
    }
    return events;
  }

  #clear(): void {
    this.#instances.clear();
    this.#watched.clear();
    this.#workflows.clear();
  }
}
