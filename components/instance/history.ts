import type { Instance, InstanceEvent } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';

/** The turns that have a word in messages/ (`events.types.<type>`). */
export const KNOWN_TURNS = [
  'created',
  'started',
  'succeeded',
  'failed',
  'cancelled',
  'paused',
  'resumed',
  'retried',
  'restarted',
  'marked',
  'skipped',
  'signalled',
  'service_stopped',
  'rerun',
  'segments_retried',
  'hurried',
  'context_edited',
  'priority_changed',
  'version_changed',
] as const;

export type KnownTurn = (typeof KNOWN_TURNS)[number];

export function isKnownTurn(type: string): type is KnownTurn {
  return (KNOWN_TURNS as readonly string[]).includes(type);
}

export type Turn = {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly message: string;
  readonly actor: string;
  readonly data: JsonObject;
};

/** The life of a run in order: the events that the API tells, between the times that the run itself knows. */
export function historyOf(instance: Instance, events: readonly InstanceEvent[]): readonly Turn[] {
  const own = (type: KnownTurn, at: string | null): Turn[] =>
    at === null ? [] : [{ id: type, at, type, message: '', actor: 'system', data: {} }];
  const told = events.some(({ type }) => type === instance.status);

  return [
    ...own('created', instance.createdAt),
    ...own('started', instance.startedAt),
    ...events,
    ...(instance.finishedAt !== null && isKnownTurn(instance.status) && !told
      ? own(instance.status, instance.finishedAt)
      : []),
  ].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
