/** What the engine opened, as rows: live tasks, and segments that wait in line for room. */
import { NO_SEGMENT, type NewTask } from '#db/hot/tasks.ts';
import type { SegmentLine, WaitingSegment } from '#db/hot/segments.ts';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Effect } from '#engine/advance.ts';
import type { Json } from '#engine/json.ts';
import { isRunnable } from '#engine/plan.ts';
import type { VersionProgram } from '../versions/program.ts';

export type TaskOwner = Pick<
  LockedInstance,
  'projectId' | 'instanceId' | 'priority' | 'retried' | 'status'
>;

export type Opened = {
  readonly tasks: readonly NewTask[];
  readonly lines: readonly SegmentLine[];
};

/** Segments that a retry brings back, by fan-out node, in the order in which they are to run; with them those that wait in line. */
export type Unfinished = ReadonlyMap<number, readonly WaitingSegment[]>;

export function openEffects(
  instance: TaskOwner,
  version: VersionProgram,
  effects: readonly Effect[],
  now: Date,
  unfinished: Unfinished = new Map(),
): Opened {
  const tasks: NewTask[] = [];
  const lines: SegmentLine[] = [];
  const { projectId, instanceId } = instance;

  for (const effect of effects) {
    if (effect.type === 'open') {
      tasks.push(newTask(instance, version, effect, NO_SEGMENT, effect.input, now));
    } else if (effect.type === 'fan' || effect.type === 'reopen') {
      const { node, parallel } = effect;
      const segments = effect.type === 'fan' ? ordered(effect.inputs) : unfinished.get(node);
      const first = effect.type === 'fan' ? parallel : effect.first;
      const waiting = segments?.slice(parallel) ?? [];

      for (const { segment, attempt, input } of segments?.slice(0, parallel) ?? []) {
        const task = newTask(instance, version, effect, segment, input, now);
        tasks.push(effect.type === 'fan' ? task : { ...task, attempt });
      }
      if (waiting.length > 0) {
        lines.push({ projectId, instanceId, node, first, segments: waiting });
      }
    }
  }

  return { tasks, lines };
}

function ordered(inputs: readonly (Json | null)[]): WaitingSegment[] {
  return inputs.map((input, segment) => ({ segment, attempt: 0, input }));
}

/** Segments that were let go, as tasks. Those of a fan-out that is run anew are numbered after the attempts that there were. */
export function releasedTasks(
  instance: TaskOwner,
  version: VersionProgram,
  node: number,
  segments: readonly WaitingSegment[],
  now: Date,
): NewTask[] {
  return segments.map(({ segment, attempt, input }) => {
    const task = newTask(instance, version, { node, at: null }, segment, input, now);
    return attempt === 0 ? task : { ...task, attempt };
  });
}

/**
 * A live task as it begins.
 *
 * @throws Error if the node is none that takes time: the engine opens no others.
 */
function newTask(
  instance: TaskOwner,
  { program }: VersionProgram,
  { node, at = null }: { readonly node: number; readonly at?: number | null },
  segment: number,
  input: Json | null,
  now: Date,
): NewTask {
  const plan = program.plan.nodes[node];
  if (plan === undefined || !isRunnable(plan)) {
    throw new Error(`node ${node} takes no time`);
  }
  const { timeouts } = plan;
  const waits = plan.type === 'signal';

  return {
    projectId: instance.projectId,
    instanceId: instance.instanceId,
    node,
    segment,
    work: plan.work,
    status: waits ? 'running' : at === null ? 'ready' : 'delayed',
    held: instance.status === 'paused',
    priority: instance.priority + plan.priority,
    attempt: instance.retried ? null : 0,
    failures: 0,
    dispatchSeconds: timeouts?.dispatchSeconds ?? null,
    runSeconds: timeouts?.runSeconds ?? null,
    heartbeatSeconds: timeouts?.heartbeatSeconds ?? null,
    totalSeconds: timeouts?.totalSeconds ?? null,
    openedAt: now,
    firstAt: waits ? now : null,
    dueAt: at === null ? null : new Date(at),
    input,
  };
}
