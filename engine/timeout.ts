import type { FailureCode } from './states.ts';

/** A live task whose due time has passed, as the sweep finds it. Times in ms since the epoch; null timeouts set no limit. */
export type DueTask = {
  readonly status: 'ready' | 'dispatched' | 'running';
  /** A push of it is under way. */
  readonly delivering: boolean;
  /** Its first hand-out. */
  readonly firstAt: number | null;
  readonly dispatchedAt: number | null;
  readonly startedAt: number | null;
  readonly dispatchSeconds: number | null;
  readonly dispatchMode: 'overtaken' | 'absolute';
  readonly runSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  readonly totalSeconds: number | null;
  /** The latest hand-out of the same work whose start was heard. */
  readonly overtakenAt: number | null;
};

export type TimeoutVerdict =
  /** The attempt failed. */
  | { readonly type: 'fail'; readonly code: FailureCode; readonly message: string }
  /** The push got no answer in time: send the same attempt again. */
  | { readonly type: 'redeliver' }
  /** It may still wait in a queue: look again at this time. */
  | { readonly type: 'wait'; readonly until: number };

/** How soon a hand-out that was not overtaken is looked at again (s), so that a long queue is not looked at every second. */
const LOOK_AGAIN_SECONDS = 15;

/**
 * What the passing of a task's due time means.
 *
 * Waiting in a queue is never a timeout: a hand-out whose start was not heard is lost only if a later hand-out of the same work has
 * started already. It was overtaken. `absolute` is for those who want the plain clock.
 */
export function judgeTimeout(task: DueTask, now: number): TimeoutVerdict {
  const passed = (since: number | null, seconds: number | null) =>
    since !== null && seconds !== null && now >= since + seconds * 1_000;

  if (passed(task.firstAt, task.totalSeconds)) {
    return failure('total_timeout', `it took longer than ${task.totalSeconds} s in all`);
  }

  switch (task.status) {
    case 'ready':
      return { type: 'wait', until: now + LOOK_AGAIN_SECONDS * 1_000 };
    case 'dispatched':
      return task.delivering ? { type: 'redeliver' } : judgeDispatched(task, now);
    case 'running':
      return passed(task.startedAt, task.runSeconds)
        ? failure('run_timeout', `it ran longer than ${task.runSeconds} s`)
        : judgeSilent(task, now);
  }
}

/** Without a heartbeat to miss, the task was due by a limit that its work has raised since. */
function judgeSilent(task: DueTask, now: number): TimeoutVerdict {
  if (task.heartbeatSeconds !== null) {
    return failure('heartbeat_timeout', 'its worker gave no sign of life in time');
  }
  const end = (since: number | null, seconds: number | null) =>
    since === null || seconds === null ? Number.POSITIVE_INFINITY : since + seconds * 1_000;
  const until = Math.min(
    end(task.startedAt, task.runSeconds),
    end(task.firstAt, task.totalSeconds),
  );

  return { type: 'wait', until: Number.isFinite(until) ? until : now + LOOK_AGAIN_SECONDS * 1_000 };
}

function judgeDispatched(task: DueTask, now: number): TimeoutVerdict {
  const overtaken =
    task.overtakenAt !== null && task.dispatchedAt !== null && task.overtakenAt > task.dispatchedAt;

  return overtaken || task.dispatchMode === 'absolute'
    ? failure('dispatch_timeout', `no start was heard within ${task.dispatchSeconds} s`)
    : {
        type: 'wait',
        until:
          now + Math.min(task.dispatchSeconds ?? LOOK_AGAIN_SECONDS, LOOK_AGAIN_SECONDS) * 1_000,
      };
}

function failure(code: FailureCode, message: string): TimeoutVerdict {
  return { type: 'fail', code, message };
}
