/** Moving runs to another version: nodes with the same key are the same, what ran keeps its result, what is new begins when its turn comes. */
import { changeVersion, previewVersionChange } from '#operations/instances/change_version.ts';
import { isRefusal } from '#operations/refusal.ts';
import type { Action } from './action.ts';
import { movedOf } from './hands.ts';
import { cancelPending, unopened } from './moves.ts';
import type { ShapeNode } from './shape.ts';
import { isHandedOut } from './nodes.ts';
import { turn } from './turn.ts';
import {
  Mismatch,
  nodeIn,
  settingOf,
  type ModelInstance,
  type ModelNode,
  type Setting,
  type Settings,
  type World,
} from './world.ts';

type Answer = {
  readonly ok: boolean;
  /** A look before said that nothing stands in the way. */
  readonly foreseen: boolean;
};

/** `number`: of the version, counted from 1 in each workflow. */
export function changeTo(ids: readonly string[], number: number): Action {
  return {
    name: `change to version ${number} ${ids.join(' ')}`,
    perform: async (ctx): Promise<Answer[]> => {
      const previews = await Promise.all(
        ids.map((id) => previewVersionChange(ctx, { id, version: number })),
      );
      const results = movedOf(await changeVersion(ctx, { ids: [...ids], version: number }));

      return results.map(({ ok }, place) => {
        const preview = previews[place];
        const foreseen = preview !== undefined && !isRefusal(preview) && isClear(preview);
        return { ok, foreseen };
      });
    },
    steps: [
      (settings, world, { answer, racing }) => {
        const answers = answer as readonly Answer[] | undefined;

        for (const [place, id] of ids.entries()) {
          const instance = world.instances.find((one) => one.id === id);
          const target = instance && targetOf(settings, instance, number);
          const foreseen =
            instance !== undefined && target !== undefined && canMap(settings, instance, target);
          const able = foreseen && instance.status !== 'succeeded' && target !== instance.version;

          // What others do meanwhile the look before may have seen or not.
          if (answers && !racing && answers[place]?.foreseen !== foreseen) {
            throw new Mismatch(`the look at ${id} before its move said ${!foreseen}`);
          }
          if (answers && answers[place]?.ok !== able) {
            throw new Mismatch(`the move of ${id} was answered ${!able}`);
          }
          if (able) {
            moveTo(settings, world, instance, target);
          }
        }
      },
    ],
  };
}

function isClear({ problems }: { readonly problems: readonly unknown[] }): boolean {
  return problems.length === 0;
}

function targetOf(settings: Settings, one: ModelInstance, number: number): number | undefined {
  const { flow } = settingOf(settings, one.version);
  const all = [...settings.entries()].filter(([, setting]) => setting.flow === flow);
  return all[number - 1]?.[0];
}

/** Nothing that is under way would be lost, and what ran means the same there. */
function canMap(settings: Settings, instance: ModelInstance, target: number): boolean {
  const before = settingOf(settings, instance.version);
  const after = settingOf(settings, target);

  return before.order.every((key) => {
    const node = nodeIn(instance, key);
    const isThere = after.order.includes(key);
    const isOut = instance.tasks.some(
      (task) => task.node === key && task.work !== '#signal' && isHandedOut(task),
    );
    const begun = node.status !== 'pending' && node.status !== 'passed';

    return !isOut && (isThere ? !begun || isAlike(before, after, key, node) : !isOpen(node));
  });
}

function isOpen({ status }: ModelNode): boolean {
  return status === 'open';
}

function isAlike(before: Setting, after: Setting, key: string, node: ModelNode): boolean {
  const [one, other] = [before.nodeOf.get(key), after.nodeOf.get(key)];
  const gone = (node.branches ?? []).some(
    (branch) =>
      branch !== 'default' &&
      other?.type === 'route' &&
      !other.cases.some((each) => each.key === branch),
  );
  return kindOf(one) === kindOf(other) && (!isOpen(node) || workIn(one) === workIn(other)) && !gone;
}

/** Tasks that Latchwork runs itself are of different types. */
function kindOf(node: ShapeNode | undefined): string | undefined {
  return node?.type === 'task' && node.work.startsWith('#') ? node.work : node?.type;
}

function workIn(node: ShapeNode | undefined): string | null {
  return node !== undefined && 'work' in node ? node.work : null;
}

function moveTo(settings: Settings, world: World, instance: ModelInstance, target: number): void {
  const before = settingOf(settings, instance.version);
  const after = settingOf(settings, target);
  const kept = before.order.filter((key) => after.order.includes(key));
  const { nodes, status } = instance;
  const waitsForRetry =
    status === 'queued' && before.order.every((key) => nodeIn(instance, key).status !== 'pending');

  forget(
    world,
    instance,
    before.order.filter((key) => !after.order.includes(key)),
  );
  instance.version = target;
  instance.moves += 1;
  // What a mark is that the plan left out follows from the others.
  instance.nodes = Object.fromEntries(
    after.drawn.map((key) => [key, (kept.includes(key) ? nodes[key] : undefined) ?? unopened()]),
  );
  if (waitsForRetry) {
    cancelPending(settings, instance);
  }
  if (status === 'running' || status === 'paused') {
    turn(settings, world, instance, () => {});
  }
}

/** The attempts of nodes that are gone stay in the trace, below those of earlier moves; so do the children that they were. */
function forget({ instances }: World, { id, trace }: ModelInstance, keys: readonly string[]): void {
  let lowest = Math.min(-1, ...trace.map(({ node }) => placeOf(node)));

  for (const key of keys) {
    lowest -= 1;
    for (const attempt of trace.filter(({ node }) => node === key)) {
      attempt.node = `#${lowest}`;
    }
    for (const { parent } of instances) {
      if (parent?.id === id && parent.node === key) {
        parent.node = `#${lowest}`;
      }
    }
  }
}

function placeOf(node: string): number {
  return node.startsWith('#') ? Number(node.slice(1)) : 0;
}
