/** What the end of an attempt means: a trace, and then the end of its task, or the task again later. */
import type { Json } from '#engine/json.ts';
import type { FailureCode } from '#engine/states.ts';
import { count, fail, shapeOf, type Turn } from './nodes.ts';
import { fill } from './open.ts';
import { nodeIn, trace, type ModelTask } from './world.ts';
import { opens } from './windows.ts';
import { workOf, type ModelRetry } from './works.ts';

export type End =
  | { readonly outcome: 'succeeded'; readonly output: Json }
  | {
      readonly outcome: 'failed';
      readonly code: FailureCode;
      readonly retryable: boolean;
      /** No retry begins earlier. */
      readonly retryAfterSeconds?: number;
      /** Of a person who refused. */
      readonly output?: Json;
    }
  | { readonly outcome: 'delayed'; readonly seconds: number }
  | { readonly outcome: 'rejected' };

const NEVER_RETRIED: readonly FailureCode[] = [
  'expression',
  'total_timeout',
  'rejected',
  'cancelled',
];

export function endAttempt(one: Turn, task: ModelTask, end: End): void {
  const { instance } = one;
  instance.tasks = instance.tasks.filter((other) => other !== task);
  trace(instance, {
    node: task.node,
    segment: task.segment,
    number: task.attempt,
    outcome: end.outcome,
    code: end.outcome === 'failed' ? end.code : null,
    output: 'output' in end ? (end.output ?? null) : null,
    remote: task.remote,
  });

  switch (end.outcome) {
    case 'succeeded':
      endTask(one, task, { output: end.output });
      return;
    case 'delayed':
      again(one, task, one.world.now + end.seconds * 1_000, 0);
      return;
    case 'rejected':
      again(
        one,
        task,
        one.world.now + Math.min(60, 2 ** Math.min(task.attempt - 1, 10)) * 1_000,
        0,
      );
      return;
    case 'failed': {
      const plan = shapeOf(one, task.node);
      const own: ModelRetry | null = 'retry' in plan ? plan.retry : null;
      const policy = own ?? workOf(task.work).retry;
      const hopeless = !end.retryable || NEVER_RETRIED.includes(end.code);

      if (policy === null || hopeless || task.failures >= policy.limit) {
        endTask(one, task, { code: end.code });
      } else {
        const seconds = Math.max(waitOf(policy, task.failures), end.retryAfterSeconds ?? 0);
        const earliest = one.world.now + seconds * 1_000;
        const { window = null } = 'window' in plan ? plan : {};
        again(one, task, window === null ? earliest : opens(window, earliest), 1);
      }
    }
  }
}

function waitOf({ delaySeconds, doubles }: ModelRetry, failures: number): number {
  return doubles ? delaySeconds * 2 ** failures : delaySeconds;
}

function again(one: Turn, task: ModelTask, dueAt: number, failures: number): void {
  const renewed: ModelTask = {
    ...task,
    status: 'delayed',
    held: one.instance.status === 'paused',
    failures: task.failures + failures,
    leased: false,
    deliveries: 0,
    slot: false,
    dispatchedAt: null,
    startedAt: null,
    dueAt,
    pollAt: null,
    remote: false,
    child: null,
  };
  one.instance.tasks.push(renewed);
  one.renewed.add(renewed);
}

/** The end of a task or segment for good. */
function endTask(
  one: Turn,
  { node: key, segment: order }: ModelTask,
  end: { readonly output: Json } | { readonly code: FailureCode },
): void {
  const node = nodeIn(one.instance, key);
  const plan = shapeOf(one, key);
  if (node.status !== 'open') {
    return;
  }

  if (plan.type !== 'fanout' || node.segments === null) {
    if ('code' in end) {
      fail(one, key, end.code);
    } else {
      node.status = 'succeeded';
      node.output = end.output;
    }
    return;
  }

  const segment = node.segments[order];
  if (segment === undefined) {
    throw new Error(`the model has no segment ${order} of ${key}`);
  }
  segment.state = 'code' in end ? 'failed' : 'succeeded';
  segment.output = 'code' in end ? null : end.output;
  fill(one, key, null);

  if (node.segments.every(({ state }) => state === 'succeeded' || state === 'failed')) {
    const failed = count(node.segments, 'failed');
    const share = Math.floor((node.segments.length * plan.tolerance.percent) / 100);
    if (failed <= Math.max(plan.tolerance.count, share)) {
      node.status = 'succeeded';
    } else {
      fail(one, key, '*');
    }
  }
}
