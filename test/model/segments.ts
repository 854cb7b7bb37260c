/** Failed segments of a fan-out that a person starts over, while the others go on or after they ended. */
import { isFinalInstance } from '#engine/states.ts';
import { retrySegments } from '#operations/instances/retry_segments.ts';
import type { Action } from './action.ts';
import { behind, check, clear, find, goOn, hasNode, isIn, movedOf } from './hands.ts';
import { mustQueue } from './moves.ts';
import { beginsAt, fill } from './open.ts';
import {
  nodeIn,
  settingOf,
  type ModelInstance,
  type ModelNode,
  type Settings,
  type World,
} from './world.ts';

/** `orders`: which; null: all that failed. */
export function again(id: string, key: string, orders: readonly number[] | null): Action {
  return {
    name: `retry segments ${orders?.join(' ') ?? 'that failed'} of ${key} of ${id}`,
    perform: async (ctx) =>
      movedOf(
        await retrySegments(ctx, {
          ids: [id],
          task: key,
          ...(orders === null ? {} : { segments: [...orders] }),
        }),
      ),
    steps: [
      (settings, world, { answer }) => {
        const instance = find(world, id);
        const failed =
          instance !== undefined && hasNode(settings, instance, key)
            ? failedOf(nodeIn(instance, key), orders)
            : [];
        const able =
          instance !== undefined && failed.length > 0 && isAble(settings, world, instance, key);

        check(answer, able);
        if (able) {
          goOn(settings, world, instance, (one) => {
            const node = nodeIn(instance, key);
            if (node.status !== 'open') {
              for (const other of behind(settingOf(settings, instance.version), key)) {
                if (nodeIn(instance, other).status !== 'passed') {
                  clear(one, other);
                }
              }
            }
            for (const order of failed) {
              const segment = node.segments?.[order];
              if (segment !== undefined) {
                segment.state = 'waiting';
              }
            }
            node.status = 'open';
            node.line.unshift(...failed);
            fill(one, key, beginsAt(one, key));
          });
        }
      },
    ],
  };
}

function failedOf({ segments }: ModelNode, orders: readonly number[] | null): number[] {
  return (segments ?? []).flatMap(({ state }, order) =>
    state === 'failed' && (orders?.includes(order) ?? true) ? [order] : [],
  );
}

function isAble(settings: Settings, world: World, instance: ModelInstance, key: string): boolean {
  return (
    isIn(instance, ['running', 'paused', 'failed']) &&
    nodeIn(instance, key).status !== 'cancelled' &&
    !(isFinalInstance(instance.status) && mustQueue(settings, world, instance))
  );
}
