/** Child instances: how they begin, how their parents hear of their end, and what becomes of those that nobody waits for any more. */
import { isFinalInstance } from '#engine/states.ts';
import { startChildren } from '#operations/children/start.ts';
import { cancelOrphans, tellParent } from '#operations/children/tell.ts';
import type { Json } from '#engine/json.ts';
import type { Action, NewRow, Step } from './action.ts';
import { plus } from './claims.ts';
import { endAttempt, type End } from './ends.ts';
import { keyOf, nameOf } from './internals.ts';
import { add, cancel, isRefused } from './moves.ts';
import { liveOf, type Held } from './reports.ts';
import type { ShapeChild } from './shape.ts';
import { turn } from './turn.ts';
import { keyOf as wakeUps } from './wake_ups.ts';
import {
  flowOf,
  Mismatch,
  settingOf,
  workflowOf,
  type ModelInstance,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';
import { workOf } from './works.ts';

type Live = { readonly instance: ModelInstance; readonly task: ModelTask };

type Outcome =
  | { readonly waits: boolean; readonly childId: string }
  | { readonly retryable: boolean };

let starts = 0;

export function start(settings: Settings, all: readonly Held[]): Action {
  starts += 1;
  const name = `start ${starts} of ${all.map(nameOf).join(', ')}`;
  const held = inLockOrder(all);

  return {
    name,
    perform: (ctx) =>
      startChildren(
        ctx,
        held.map((one) => {
          const { plan, input } = one.internal ?? {};
          if (plan === undefined || !('child' in plan) || plan.child === null) {
            throw new Error(`${nameOf(one)} is no child`);
          }
          return { ...keyOf(one), child: plan.child, input: input ?? null };
        }),
      ),
    steps: [
      (_settings, world, { newRows }) => {
        const outcomes = held.map((one) => {
          const live = liveOf(world, one);
          return live === null ? null : made(settings, world, one, live, newRows);
        });
        world.left[name] = outcomes;
      },
      // What nobody waits for has ended, and so has what could not be made.
      (_settings, world) => {
        const outcomes = (world.left[name] ?? []) as readonly (Outcome | null)[];
        const ends = held.flatMap((one, place) => {
          const live = liveOf(world, one);
          const end = endOf(outcomes[place] ?? null);
          return live === null || end === null ? [] : [{ ...live, end }];
        });
        endAll(settings, world, ends);
      },
    ],
  };
}

function inLockOrder(held: readonly Held[]): Held[] {
  return held.toSorted((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    return (
      (a.instanceId < b.instanceId ? -1 : a.instanceId > b.instanceId ? 1 : 0) ||
      a.node - b.node ||
      a.segment - b.segment
    );
  });
}

function made(
  settings: Settings,
  world: World,
  held: Held,
  { instance, task }: Live,
  newRows: readonly NewRow[],
): Outcome {
  const { nodeOf } = settingOf(settings, instance.version);
  const plan = nodeOf.get(task.node);
  const child = plan && 'child' in plan ? plan.child : null;
  if (child === null) {
    throw new Error(`${task.node} is no child`);
  }
  if (task.child !== null) {
    return { waits: child.wait, childId: task.child };
  }
  const { objectId, input } = task.input as { objectId: Json; input: Json };
  const object = typeof objectId === 'string' ? objectId : JSON.stringify(objectId);
  const target = findTarget(settings, world, instance, child);

  if (target === null) {
    return { retryable: false };
  }
  if (isRefused(settings, world, target.flow, object)) {
    return { retryable: true };
  }
  const row = newRows.find(
    ({ parent }) =>
      parent?.id === instance.id &&
      parent.node === task.node &&
      parent.segment === task.segment &&
      parent.attempt === task.attempt,
  );
  if (row === undefined) {
    throw new Mismatch(`no child was made of ${nameOf(held)}`);
  }
  const one = add(settings, world, {
    id: row.id,
    version: target.version,
    objectId: object,
    input: input ?? {},
    priority: 0,
    runAt: null,
    only: [],
    parent: row.parent,
  });
  one.told = !child.wait;
  task.child = row.id;
  task.startedAt = world.now;
  if (child.wait) {
    task.status = 'running';
    task.leased = false;
    task.deliveries = 0;
    task.dueAt = plus(world.now, hasOwnRunTime(task) ? task.runSeconds : null);
  }
  return { waits: child.wait, childId: row.id };
}

/** Its node said how long it may take, in the version in which it was opened. */
function hasOwnRunTime({ work, runSeconds }: ModelTask): boolean {
  return runSeconds !== workOf(work).runSeconds;
}

/** The version that the child is to run; null: there is none, or it would run inside itself. */
function findTarget(
  settings: Settings,
  world: World,
  parent: ModelInstance,
  { workflow, pinned }: ShapeChild,
) {
  const ancestors: string[] = [];
  for (
    let one: ModelInstance | undefined = parent;
    one !== undefined;
    one = world.instances.find(({ id }) => id === one?.parent?.id)
  ) {
    ancestors.push(flowOf(settings, one));
  }
  if (
    workflow === 'nowhere' ||
    world.workflows[workflow] === undefined ||
    ancestors.includes(workflow)
  ) {
    return null;
  }
  const version = pinned
    ? settings.findIndex(({ flow }) => flow === workflow)
    : workflowOf(world, workflow).published;
  return { flow: workflow, version };
}

function endOf(outcome: Outcome | null): End | null {
  if (outcome === null) {
    return null;
  }
  if ('retryable' in outcome) {
    return { outcome: 'failed', code: 'error', retryable: outcome.retryable };
  }
  return outcome.waits ? null : { outcome: 'succeeded', output: { instanceId: outcome.childId } };
}

/** A parent hears of all its children that have ended, in one turn. */
export function tell(parentId: string): Action {
  return {
    name: `tell ${parentId}`,
    perform: (ctx) => tellParent(ctx, parentId),
    wakeUps: [wakeUps.children(parentId)],
    steps: [
      (settings, world) => {
        const ended = untoldOf(world, parentId).filter(({ status }) => isFinalInstance(status));
        const ends = ended.flatMap((child) => {
          const live = child.parent === null ? null : waiting(world, child);
          return live === null ? [] : [{ ...live, end: endOfChild(child) }];
        });
        for (const child of ended) {
          child.told = true;
        }
        endAll(settings, world, ends);
      },
    ],
  };
}

function untoldOf({ instances }: World, parentId: string): ModelInstance[] {
  return instances.filter(({ parent, told }) => parent?.id === parentId && !told);
}

/** Instances that have children of whose end they have not heard. */
export function uninformed({ instances }: World): string[] {
  const children = instances.filter(({ told, status }) => !told && isFinalInstance(status));
  return [...new Set(children.flatMap(({ parent }) => parent?.id ?? []))];
}

/** Instances that have children that they do not wait for any more. */
export function bereaved(world: World): string[] {
  const orphans = world.instances.filter(
    (one) => !one.told && !isFinalInstance(one.status) && waiting(world, one) === null,
  );
  return [...new Set(orphans.flatMap(({ parent }) => parent?.id ?? []))];
}

/** The attempt that waits for a child. */
function waiting(world: World, { parent }: ModelInstance): Live | null {
  return parent && liveOf(world, { ...parent, instanceId: parent.id });
}

function endOfChild({ status, output }: ModelInstance): End {
  return status === 'succeeded'
    ? { outcome: 'succeeded', output }
    : {
        outcome: 'failed',
        code: status === 'cancelled' ? 'cancelled' : 'error',
        retryable: status === 'failed',
      };
}

function endAll(
  settings: Settings,
  world: World,
  ends: readonly (Live & { readonly end: End })[],
): void {
  for (const [instance, list] of Map.groupBy(ends, (one) => one.instance)) {
    turn(settings, world, instance, (one) => {
      for (const { task, end } of list) {
        endAttempt(one, task, end);
      }
    });
  }
}

/** Those that an instance does not wait for any more are found, cancelled, and nobody is told of their end. */
export function cancelLeft(parentId: string): Action {
  starts += 1;
  const name = `orphans ${starts} of ${parentId}`;
  const found = ({ left, instances }: World) => {
    const ids = (left[name] ?? []) as readonly string[];
    return instances.filter(({ id }) => ids.includes(id));
  };
  const look: Step[] = [
    (_settings, world) => {
      world.left[name] = untoldOf(world, parentId)
        .filter((child) => !isFinalInstance(child.status) && waiting(world, child) === null)
        .map(({ id }) => id);
    },
    (settings, world) => {
      for (const child of found(world).filter(({ status }) => !isFinalInstance(status))) {
        cancel(settings, world, child);
      }
    },
    (_settings, world) => {
      for (const child of found(world)) {
        child.told = true;
      }
    },
  ];

  return {
    name,
    perform: (ctx) => cancelOrphans(ctx, parentId),
    wakeUps: [wakeUps.orphans(parentId)],
    // It looks again until it finds none.
    steps: [...look, ...look],
  };
}
