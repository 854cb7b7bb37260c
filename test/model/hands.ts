/** What people do to single nodes: settle one by hand, start over from one. */
import type { Json } from '#engine/json.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import { markInstances } from '#operations/instances/mark.ts';
import type { Moved } from '#operations/instances/move.ts';
import { restartInstances } from '#operations/instances/restart.ts';
import { isRefusal, type Refusal } from '#operations/refusal.ts';
import type { Action } from './action.ts';
import { joinLine, mustQueue, revive, unopened } from './moves.ts';
import { dropTasks, fail, type Turn } from './nodes.ts';
import { turn } from './turn.ts';
import {
  lastAttempt,
  Mismatch,
  nodeIn,
  settingOf,
  trace,
  type ModelInstance,
  type NodeStatus,
  type Setting,
  type Settings,
  type World,
} from './world.ts';

export type Verdict = 'succeeded' | 'failed' | 'skipped';

export function mark(id: string, key: string, as: Verdict, output: Json): Action {
  return {
    name: `mark ${key} of ${id} as ${as}`,
    perform: async (ctx) =>
      movedOf(
        await markInstances(ctx, {
          ids: [id],
          task: key,
          as,
          ...(as === 'succeeded' ? { output } : {}),
        }),
      ),
    steps: [
      (settings, world, { answer }) => {
        const instance = find(world, id);
        const able =
          instance !== undefined &&
          isIn(instance, ['running', 'paused', 'failed']) &&
          hasNode(settings, instance, key) &&
          nodeIn(instance, key).status !== 'succeeded';

        check(answer, able);
        if (able) {
          goOn(settings, world, instance, (one) => settle(one, key, as, output));
        }
      },
    ],
  };
}

/** What never ran because of how the node had ended, or had not, is judged again. */
function settle(one: Turn, key: string, as: Verdict, output: Json): void {
  const { instance } = one;
  clear(one, key);
  for (const other of behind(one.setting, key)) {
    const { status } = nodeIn(instance, other);
    if ((['skipped', 'upstream_failed', 'cancelled'] as NodeStatus[]).includes(status)) {
      clear(one, other);
    }
  }

  const node = nodeIn(instance, key);
  if (as === 'skipped') {
    node.status = 'passed';
    return;
  }
  trace(instance, {
    node: key,
    segment: -1,
    number: lastAttempt(instance, key, -1) + 1,
    outcome: as,
    code: as === 'failed' ? 'error' : null,
    output: as === 'failed' ? null : output,
  });
  if (as === 'failed') {
    fail(one, key, 'error');
  } else {
    node.status = 'succeeded';
    node.output = output;
  }
}

export function restart(id: string, key: string): Action {
  return {
    name: `restart ${id} from ${key}`,
    perform: async (ctx) => movedOf(await restartInstances(ctx, { ids: [id], from: key })),
    steps: [
      (settings, world, { answer }) => {
        const instance = find(world, id);
        const able =
          instance !== undefined &&
          isIn(instance, ['running', 'paused', 'succeeded', 'failed', 'cancelled']) &&
          hasNode(settings, instance, key);

        check(answer, able);
        if (able) {
          goOn(settings, world, instance, (one) => {
            clear(one, key);
            for (const other of behind(one.setting, key)) {
              if (nodeIn(instance, other).status !== 'passed') {
                clear(one, other);
              }
            }
          });
        }
      },
    ],
  };
}

/** An instance that has ended begins again, by way of the queue where there is one. */
export function goOn(
  settings: Settings,
  world: World,
  instance: ModelInstance,
  happen: (one: Turn) => void,
): void {
  const ended = isFinalInstance(instance.status);
  const queues = ended && mustQueue(settings, world, instance);

  // What went wrong may have been mended; what was not is found again.
  instance.errors = [];
  instance.output = null;
  if (queues) {
    instance.status = 'queued';
  } else if (ended) {
    revive(settings, world, instance);
  }
  turn(settings, world, instance, (one) => {
    happen(one);
    one.outcome = queues ? 'hold' : one.outcome;
  });
  if (queues) {
    joinLine(settings, world, instance);
  }
}

export function clear(one: Turn, key: string): void {
  if (nodeIn(one.instance, key).status === 'open') {
    dropTasks(one, key);
  }
  one.instance.nodes[key] = unopened();
}

export function behind({ drawn, parentsOf }: Setting, key: string): string[] {
  const found = new Set([key]);
  for (const other of drawn) {
    if ((parentsOf.get(other) ?? []).some((parent) => found.has(parent.key))) {
      found.add(other);
    }
  }
  found.delete(key);
  return [...found];
}

export function find(world: World, id: string): ModelInstance | undefined {
  return world.instances.find((one) => one.id === id);
}

/** The plan of its version has the node: it may have been moved to one that has not. */
export function hasNode(settings: Settings, { version }: ModelInstance, key: string): boolean {
  return settingOf(settings, version).order.includes(key);
}

export function isIn({ status }: ModelInstance, from: readonly InstanceStatus[]): boolean {
  return from.includes(status);
}

export function movedOf(answer: { results: Moved[] } | Refusal): Moved[] {
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer.results;
}

export function check(answer: unknown, able: boolean): void {
  const results = answer as readonly Moved[] | undefined;
  if (results && results[0]?.ok !== able) {
    throw new Mismatch(`it was answered ${JSON.stringify(results[0])}`);
  }
}
