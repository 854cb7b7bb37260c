import type { Instance, InstanceEvent, InstanceEventType } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';

/** Every turn that the run itself knows or the API tells; each has a word in messages/ (`events.types.<type>`). */
const KNOWN_TURNS = {
  created: true,
  started: true,
  succeeded: true,
  failed: true,
  cancelled: true,
  paused: true,
  resumed: true,
  retried: true,
  restarted: true,
  rerun: true,
  marked: true,
  skipped: true,
  segments_retried: true,
  hurried: true,
  signalled: true,
  context_edited: true,
  priority_changed: true,
  version_changed: true,
  service_stopped: true,
  scheduled_by: true,
  triggered_by: true,
} satisfies Record<InstanceEventType | 'created' | 'started' | 'succeeded' | 'failed', true>;

export type KnownTurn = keyof typeof KNOWN_TURNS;

export function isKnownTurn(type: string): type is KnownTurn {
  return Object.hasOwn(KNOWN_TURNS, type);
}

export type Turn = {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly message: string;
  readonly actor: string;
  readonly data: JsonObject;
};

/**
 * The life of a run in order: the events that the API tells, between the times that the run itself knows. While only the first of them have
 * been read (`whole` is false), what happened later is not told: it would stand before what is still missing.
 */
export function historyOf(
  instance: Instance,
  events: readonly InstanceEvent[],
  whole = true,
): readonly Turn[] {
  const own = (type: KnownTurn, at: string | null, actor = 'system'): Turn[] =>
    at === null ? [] : [{ id: type, at, type, message: '', actor, data: {} }];
  const told = events.some(({ type }) => type === instance.status);

  const last = Date.parse(events.at(-1)?.at ?? '');

  return [
    // Nobody wrote down who made it.
    ...own('created', instance.createdAt, ''),
    ...own('started', instance.startedAt),
    ...events,
    ...(instance.finishedAt !== null && isKnownTurn(instance.status) && !told
      ? own(instance.status, instance.finishedAt)
      : []),
  ]
    .filter(({ at }) => whole || Date.parse(at) <= last)
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
