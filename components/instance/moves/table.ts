import type { MoveName } from '#api/types.ts';
import type { InstanceStatus, TaskStatus } from '#engine/states.ts';

/** From which states each move leaves. Only to say so before it is tried: the server has the last word. */
const LEAVES_FROM: Readonly<Record<MoveName, readonly InstanceStatus[]>> = {
  cancel: ['scheduled', 'queued', 'running', 'paused'],
  pause: ['running'],
  resume: ['paused'],
  retry: ['failed', 'cancelled'],
  restart: ['running', 'paused', 'succeeded', 'failed', 'cancelled'],
  rerun: ['scheduled', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'],
  mark: ['running', 'paused', 'failed'],
  'run-now': ['scheduled', 'running', 'paused'],
  'retry-segments': ['running', 'paused', 'failed'],
  'change-priority': ['scheduled', 'queued', 'running', 'paused'],
  'change-version': ['scheduled', 'queued', 'running', 'paused', 'failed', 'cancelled'],
  'edit-context': ['scheduled', 'queued', 'running', 'paused', 'failed', 'cancelled'],
};

export const MOVE_NAMES = Object.keys(LEAVES_FROM) as readonly MoveName[];

export function isAllowed(move: MoveName, status: InstanceStatus): boolean {
  return LEAVES_FROM[move].includes(status);
}

/** Whether something of a run is put off, as far as its tasks tell: what `run-now` cuts short. */
export function isPutOff(
  status: InstanceStatus,
  tasks: readonly { readonly status: TaskStatus }[],
): boolean {
  return status === 'scheduled' || tasks.some((task) => task.status === 'delayed');
}
