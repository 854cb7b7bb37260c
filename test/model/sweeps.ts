/** Time passes: what the sweep does, in its transactions. */
import { sweep as sweepRows } from '#operations/sweeps/sweep.ts';
import type { Action, Step } from './action.ts';
import { earliest, plus } from './claims.ts';
import { endAttempt } from './ends.ts';
import { isObject } from './patch.ts';
import { turn } from './turn.ts';
import type { ModelTask, World } from './world.ts';
import { workOf } from './works.ts';
import type { FailureCode } from '#engine/states.ts';

const LOOK_AGAIN_SECONDS = 15;

export function sweep(): Action {
  return {
    name: 'sweep',
    perform: (ctx) => sweepRows(ctx, { renew: false }),
    steps: [endWaits, releaseDelays, queueScheduled, failExpired, failTimeouts].map(unlessAnother),
    goesOn: true,
  };
}

/** A sweep that finds another one under way answers null and does nothing. */
function unlessAnother(step: Step): Step {
  return (settings, world, told) => {
    if (told.answer !== null) {
      step(settings, world, told);
    }
  };
}

/** A wait whose time has come, a signal that nobody sent in time. */
const endWaits: Step = (settings, world) => {
  for (const instance of world.instances) {
    const due = instance.tasks.filter(
      (task) => (task.work === '#wait' || task.work === '#signal') && isDue(world, task),
    );
    if (due.length > 0) {
      turn(settings, world, instance, (one) => {
        for (const task of due) {
          // As it was asked, whatever a version says to which its run was moved.
          const asked = task.work === '#signal' && isObject(task.input) ? task.input : {};
          const unheard = task.work === '#signal' && !('default' in asked);
          task.attempt += task.work === '#wait' ? 1 : 0;
          endAttempt(
            one,
            task,
            unheard
              ? { outcome: 'failed', code: 'run_timeout', retryable: false }
              : { outcome: 'succeeded', output: asked['default'] ?? null },
          );
        }
      });
    }
  }
};

/** Whoever locks a task that is put off locks all of its node. */
export function rowOf(instance: string, node: string): string {
  return `${instance}/${node}`;
}

const releaseDelays: Step = (_setting, world, { passedOver }) => {
  for (const { id, tasks } of world.instances) {
    for (const task of tasks) {
      const due = task.status === 'delayed' && task.work !== '#wait' && isDue(world, task);
      if (due && !passedOver.has(rowOf(id, task.node))) {
        task.status = 'ready';
        task.dueAt = plus(task.firstAt, workOf(task.work).totalSeconds);
      }
    }
  }
};

const queueScheduled: Step = (_setting, world, { passedOver }) => {
  for (const instance of world.instances) {
    const due = instance.runAt !== null && instance.runAt <= world.now;
    if (instance.status === 'scheduled' && due && !passedOver.has(instance.id)) {
      instance.status = 'queued';
      instance.blocked = instance.exclusive;
    }
  }
};

const failExpired: Step = (settings, world) => {
  for (const instance of world.instances) {
    const live = instance.status === 'running' || instance.status === 'paused';
    if (live && instance.expiresAt !== null && instance.expiresAt <= world.now) {
      turn(settings, world, instance, (one) => {
        one.outcome = 'stop';
        one.failures.push('null:total_timeout');
      });
    }
  }
};

/** Whatever timed out in one instance ends in one turn. */
const failTimeouts: Step = (settings, world) => {
  for (const instance of world.instances) {
    const failed: { task: ModelTask; code: FailureCode }[] = [];

    for (const task of instance.tasks) {
      if (task.status !== 'delayed' && task.work !== '#signal' && isDue(world, task)) {
        const verdict = judge(world, task);
        if (verdict === 'redeliver') {
          Object.assign(task, { status: 'ready', leased: false, slot: false, dueAt: null });
          task.deliveries += 1;
        } else if (typeof verdict === 'number') {
          task.dueAt = verdict;
        } else {
          failed.push({ task, code: verdict });
        }
      }
    }
    if (failed.length > 0) {
      turn(settings, world, instance, (one) => {
        for (const { task, code } of failed) {
          // One that waits has no attempt that could end: the sweep takes it as a worker would.
          task.attempt += task.status === 'ready' ? 1 : 0;
          endAttempt(one, task, { outcome: 'failed', code, retryable: true });
        }
      });
    }
  }
};

function isDue(world: World, { dueAt }: ModelTask): boolean {
  return dueAt !== null && dueAt <= world.now;
}

/** Why it failed, or when to look again. */
function judge(world: World, task: ModelTask): FailureCode | 'redeliver' | number {
  const { now } = world;
  const work = workOf(task.work);
  const passed = (since: number | null, seconds: number | null) => {
    const end = plus(since, seconds);
    return end !== null && end <= now;
  };

  if (passed(task.firstAt, work.totalSeconds)) {
    return 'total_timeout';
  }
  if (task.status === 'ready') {
    return now + LOOK_AGAIN_SECONDS * 1_000;
  }
  if (task.leased) {
    return 'redeliver';
  }
  if (task.status === 'dispatched') {
    const overtaken = (world.overtakenAt[task.work] ?? 0) > (task.dispatchedAt ?? 0);
    return overtaken || work.absolute
      ? 'dispatch_timeout'
      : now + Math.min(work.dispatchSeconds, LOOK_AGAIN_SECONDS) * 1_000;
  }
  if (passed(task.startedAt, task.runSeconds)) {
    return 'run_timeout';
  }
  return work.heartbeatSeconds === null
    ? (earliest(plus(task.startedAt, task.runSeconds), plus(task.firstAt, work.totalSeconds)) ??
        now + LOOK_AGAIN_SECONDS * 1_000)
    : 'heartbeat_timeout';
}
