import type { LucideIcon } from 'lucide-react';
import { CircleCheck, CircleX, Clock } from 'lucide-react';
import type { Endpoint, Notification } from '#api/types.ts';
import type { Tone } from '../ui/Badge.tsx';

export const NOTIFICATION_FACES: Readonly<
  Record<Notification['status'], { readonly tone: Tone; readonly icon: LucideIcon }>
> = {
  pending: { tone: 'waiting', icon: Clock },
  delivered: { tone: 'good', icon: CircleCheck },
  dead: { tone: 'bad', icon: CircleX },
};

/** In the order of the form, with the name of what each means: message keys hold no dots. */
export const EVENT_TEXTS = {
  'instance.completed': 'instanceCompleted',
  'instance.succeeded': 'instanceSucceeded',
  'instance.failed': 'instanceFailed',
  'instance.cancelled': 'instanceCancelled',
  'instance.paused': 'instancePaused',
  'instance.resumed': 'instanceResumed',
  'instance.retried': 'instanceRetried',
  'task.failed': 'taskFailed',
  'task.retrying': 'taskRetrying',
  'bulk.completed': 'bulkCompleted',
  'endpoint.disabled': 'endpointDisabled',
} as const satisfies Record<Endpoint['events'][number], string>;

// Object.keys forgets what the keys are.
export const EVENTS = Object.keys(EVENT_TEXTS) as Endpoint['events'];

/** Only endpoints of all workflows hear of these. */
export const OF_ALL_WORKFLOWS: ReadonlySet<Endpoint['events'][number]> = new Set([
  'bulk.completed',
  'endpoint.disabled',
]);
