import type { AttemptOutcome, InstanceStatus, TaskStatus, VersionStatus } from '#engine/states.ts';
import type { LucideIcon } from 'lucide-react';
import {
  Archive,
  BadgeCheck,
  Ban,
  CalendarClock,
  Circle,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  CornerDownRight,
  Hourglass,
  LoaderCircle,
  PencilLine,
  Send,
  TriangleAlert,
  Undo2,
} from 'lucide-react';
import type { Tone } from '../ui/Badge.tsx';

/**
 * How every state looks: the one place that says it. A new state of the engine fails to compile until it has a face here, and its
 * word in messages/ (`status.task.<status>` and so on) until it is written there.
 */
export type Face = { readonly icon: LucideIcon; readonly tone: Tone; readonly spin?: true };

export const TASK_FACES = {
  pending: { icon: CircleDashed, tone: 'idle' },
  delayed: { icon: Clock, tone: 'waiting' },
  ready: { icon: Circle, tone: 'idle' },
  dispatched: { icon: Send, tone: 'handed' },
  running: { icon: LoaderCircle, tone: 'active', spin: true },
  succeeded: { icon: CircleCheck, tone: 'good' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: Ban, tone: 'idle' },
  skipped: { icon: CornerDownRight, tone: 'idle' },
  upstream_failed: { icon: TriangleAlert, tone: 'blocked' },
} as const satisfies Record<TaskStatus, Face>;

export const INSTANCE_FACES = {
  scheduled: { icon: CalendarClock, tone: 'waiting' },
  queued: { icon: Hourglass, tone: 'idle' },
  running: { icon: LoaderCircle, tone: 'active', spin: true },
  paused: { icon: CirclePause, tone: 'warn' },
  succeeded: { icon: CircleCheck, tone: 'good' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: Ban, tone: 'idle' },
} as const satisfies Record<InstanceStatus, Face>;

/** `live`: the attempt has not ended. */
export const ATTEMPT_FACES = {
  live: { icon: LoaderCircle, tone: 'active', spin: true },
  succeeded: { icon: CircleCheck, tone: 'good' },
  failed: { icon: CircleX, tone: 'bad' },
  delayed: { icon: Clock, tone: 'waiting' },
  rejected: { icon: Undo2, tone: 'blocked' },
  cancelled: { icon: Ban, tone: 'idle' },
} as const satisfies Record<AttemptOutcome | 'live', Face>;

export const VERSION_FACES = {
  draft: { icon: PencilLine, tone: 'warn' },
  published: { icon: BadgeCheck, tone: 'good' },
  retired: { icon: Archive, tone: 'idle' },
} as const satisfies Record<VersionStatus, Face>;
