/** What people change about instances without moving them on: their place in line, their context, when what is put off begins. */
import type { JsonObject } from '#engine/json.ts';
import { isFinalInstance } from '#engine/states.ts';
import { changePriority } from '#operations/instances/change_priority.ts';
import { editContext } from '#operations/instances/edit_context.ts';
import type { Moved } from '#operations/instances/move.ts';
import { runInstancesNow } from '#operations/instances/run_now.ts';
import { isRefusal, type Refusal } from '#operations/refusal.ts';
import type { Context } from '#operations/context.ts';
import type { Action } from './action.ts';
import { hasNode, isIn } from './hands.ts';
import { mergePatch } from './patch.ts';
import {
  Mismatch,
  type ModelInstance,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';

type Change = {
  readonly name: string;
  readonly perform: (ctx: Context, ids: string[]) => Promise<{ results: Moved[] } | Refusal>;
  readonly isAble: (instance: ModelInstance, settings: Settings) => boolean;
  readonly apply: (instance: ModelInstance, world: World) => void;
};

/** All that can be changed are, in one transaction; the others are told why not. */
function change(ids: readonly string[], { name, perform, isAble, apply }: Change): Action {
  return {
    name: `${name} of ${ids.join(' ')}`,
    perform: async (ctx) => {
      const answer = await perform(ctx, [...ids]);
      if (isRefusal(answer)) {
        throw new Error(answer.message);
      }
      return answer.results;
    },
    steps: [
      (settings, world, { answer }) => {
        const results = answer as readonly Moved[] | undefined;

        for (const [place, id] of ids.entries()) {
          const instance = world.instances.find((one) => one.id === id);
          const able = instance !== undefined && isAble(instance, settings);

          if (results && results[place]?.ok !== able) {
            throw new Mismatch(`${name} was answered ${JSON.stringify(results[place])}`);
          }
          if (able) {
            apply(instance, world);
          }
        }
      },
    ],
  };
}

/** What a node adds to it stays on top. */
export function reprioritize(ids: readonly string[], priority: number): Action {
  return change(ids, {
    name: `priority ${priority}`,
    perform: (ctx, all) => changePriority(ctx, { ids: all, priority }),
    isAble: ({ status }) => !isFinalInstance(status),
    apply: (instance) => {
      for (const task of instance.tasks) {
        task.priority += priority - instance.priority;
      }
      instance.priority = priority;
    },
  });
}

export function edit(ids: readonly string[], patch: JsonObject): Action {
  return change(ids, {
    name: `context patch ${JSON.stringify(patch)}`,
    perform: (ctx, all) => editContext(ctx, { ids: all, patch }),
    isAble: ({ status }) => status !== 'succeeded',
    apply: (instance) => {
      instance.context = mergePatch(instance.context, patch);
    },
  });
}

/** `key`: of the only node that is meant; null: of all. */
export function hurry(ids: readonly string[], key: string | null): Action {
  const isPutOff = (task: ModelTask) =>
    task.status === 'delayed' && (key === null || task.node === key);

  return change(ids, {
    name: `hurry ${key ?? 'all'}`,
    perform: (ctx, all) =>
      runInstancesNow(ctx, { ids: all, ...(key === null ? {} : { task: key }) }),
    isAble: (instance, settings) =>
      (key === null || hasNode(settings, instance, key)) &&
      (instance.status === 'scheduled' ||
        (isIn(instance, ['running', 'paused']) && instance.tasks.some(isPutOff))),
    apply: (instance, { now }) => {
      if (instance.status === 'scheduled') {
        instance.runAt = now;
      }
      for (const task of instance.tasks.filter(isPutOff)) {
        task.dueAt = now;
      }
    },
  });
}
