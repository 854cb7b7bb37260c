/** A turn, and what it does to single nodes: how they fail, what they leave behind, what expressions see of them. */
import type { Json } from '#engine/json.ts';
import type { FailureCode } from '#engine/states.ts';
import type { Scope } from './expressions.ts';
import { isObject } from './patch.ts';
import type { ShapeNode } from './shape.ts';
import {
  lastAttempt,
  nodeIn,
  trace,
  type ModelInstance,
  type ModelSegment,
  type ModelTask,
  type Setting,
  type World,
} from './world.ts';
import type { TaskWork } from './works.ts';

export type Turn = {
  readonly setting: Setting;
  readonly world: World;
  readonly instance: ModelInstance;
  /** Tasks that this turn made: nobody has seen them yet. */
  readonly made: Set<ModelTask>;
  /** Tasks of attempts that this turn ended, to be tried again. */
  readonly renewed: Set<ModelTask>;
  /** Nodes that this turn opened. */
  readonly opened: Set<string>;
  readonly failures: string[];
  /** `hold`: it has to queue before anything of it may begin. */
  outcome: 'finish' | 'stop' | 'cancel' | 'hold';
};

export function shapeOf({ setting }: Pick<Turn, 'setting'>, key: string): ShapeNode {
  const node = setting.nodeOf.get(key);
  if (node === undefined) {
    throw new Error(`the shape has no node ${key}`);
  }
  return node;
}

export function scopeOf(instance: ModelInstance): Scope {
  return {
    input: instance.input,
    objectId: instance.objectId,
    context: instance.context,
    outputOf: (key) => {
      const { status, segments, output } = nodeIn(instance, key);
      if (status !== 'succeeded') {
        return null;
      }
      return segments === null ? output : segments.map((segment) => segment.output);
    },
    hasSucceeded: (key) => nodeIn(instance, key).status === 'succeeded',
    knows: (key) => key in instance.nodes,
  };
}

export function isTolerated(node: ShapeNode): boolean {
  return 'tolerated' in node && node.tolerated;
}

export function count(segments: readonly ModelSegment[], state: ModelSegment['state']): number {
  return segments.filter((segment) => segment.state === state).length;
}

/** Somebody has its token. */
export function isHandedOut({ status, deliveries }: ModelTask): boolean {
  return status === 'dispatched' || status === 'running' || deliveries > 0;
}

/** There is something of the work to be handed out. */
export function isReady({ instances }: World, work: TaskWork): boolean {
  return instances.some(({ tasks }) =>
    tasks.some((task) => task.work === work && task.status === 'ready' && !task.held),
  );
}

/** What a payload says to a node that waits for a signal. */
export function judgeSignal(
  { approval }: { readonly approval: boolean },
  payload: Json,
): 'accepted' | 'rejected' | 'malformed' {
  const approved = isObject(payload) ? payload['approved'] : undefined;
  if (!approval || approved === true) {
    return 'accepted';
  }
  return approved === false ? 'rejected' : 'malformed';
}

export function fail(one: Turn, key: string, code: FailureCode | '*'): void {
  nodeIn(one.instance, key).status = 'failed';
  if (!isTolerated(shapeOf(one, key))) {
    one.failures.push(`${key}:${code}`);
    if (one.setting.shape.stop) {
      one.outcome = 'stop';
    }
  }
}

export function failExpression(one: Turn, key: string): void {
  failAtOnce(one, key, 'expression');
}

/** It was never handed to anybody. */
export function failAtOnce(one: Turn, key: string, code: FailureCode): void {
  const { instance } = one;
  trace(instance, {
    node: key,
    segment: -1,
    number: lastAttempt(instance, key, -1) + 1,
    outcome: 'failed',
    code,
  });
  fail(one, key, code);
}

/** Takes the live tasks of a node away. Those that were seen leave a trace. */
export function dropTasks(one: Turn, key: string): void {
  const { instance } = one;
  const node = nodeIn(instance, key);
  const tasks = instance.tasks.filter((task) => task.node === key);
  // Those that were let go in this very turn never left the line.
  node.line.unshift(
    ...tasks.filter((task) => one.made.has(task) && task.segment >= 0).map((task) => task.segment),
  );

  for (const task of tasks) {
    const segment = node.segments?.[task.segment];
    if (!one.made.has(task) && !one.renewed.has(task)) {
      const handedOut = isHandedOut(task);
      const number = handedOut ? task.attempt : task.attempt + 1;
      trace(instance, {
        node: key,
        segment: task.segment,
        number,
        outcome: 'cancelled',
        remote: task.remote,
      });
    }
    if (segment) {
      segment.state = one.made.has(task) ? 'waiting' : 'cancelled';
    }
  }
  instance.tasks = instance.tasks.filter((task) => task.node !== key);
}
