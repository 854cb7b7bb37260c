/**
 * What people and machines can be told of. `instance.completed` is the guaranteed one: the last word on an instance, however it ended.
 * Which groups of events anybody wants to hear of an instance is written into its row (`notifies`), so that the turns of all others
 * know without asking.
 */
import * as z from 'zod';

/** Groups, as the bits of `instance.notifies`; the SQL function notify_bits says the same. 0: concerns no instance. */
export const HEARD = { ends: 1, moves: 2, failures: 4, retries: 8 } as const;

const GROUP_OF = {
  'instance.completed': HEARD.ends,
  'instance.succeeded': HEARD.ends,
  'instance.failed': HEARD.ends,
  'instance.cancelled': HEARD.ends,
  'instance.paused': HEARD.moves,
  'instance.resumed': HEARD.moves,
  'instance.retried': HEARD.moves,
  'task.failed': HEARD.failures,
  'task.retrying': HEARD.retries,
  'bulk.completed': 0,
  'endpoint.disabled': 0,
} as const;

export type NotifiedEvent = keyof typeof GROUP_OF;

/** Also sent: `ping`, to an endpoint that is tried. */
export type NotificationType = NotifiedEvent | 'ping';

// Object.keys forgets what the keys are.
export const EVENTS = Object.keys(GROUP_OF) as [NotifiedEvent, ...NotifiedEvent[]];

export const INSTANCE_EVENTS = EVENTS.filter(concernsInstances) as [
  NotifiedEvent,
  ...NotifiedEvent[],
];

/** Whether an endpoint of one workflow may hear of it; the others concern none. */
export function concernsInstances(event: NotifiedEvent): boolean {
  return GROUP_OF[event] > 0;
}

/** What an instance's own URL hears if it names no events. */
export const USUAL_EVENTS: readonly NotifiedEvent[] = ['instance.completed'];

export const eventsInput = z.array(z.enum(EVENTS)).min(1).max(EVENTS.length);

export const instanceEventsInput = z
  .array(z.enum(INSTANCE_EVENTS))
  .min(1)
  .max(INSTANCE_EVENTS.length);

export function bitsOf(events: readonly NotifiedEvent[]): number {
  return events.reduce((bits, event) => bits | GROUP_OF[event], 0);
}
