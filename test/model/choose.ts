/** What a command comes to: whom it names in the world as it is when its turn comes. */
import type { Action } from './action.ts';
import { edit, hurry, reprioritize } from './changes.ts';
import { cancelLeft, start, tell } from './children.ts';
import { claim, execute, push } from './claims.ts';
import type { Simple } from './commands.ts';
import { mark, restart } from './hands.ts';
import { end, hold, keepPolling, poll, pollAgain, putBack, submit } from './internals.ts';
import { deliver } from './messages.ts';
import { admit, create, move } from './moves.ts';
import { free } from './objects.ts';
import { pushed } from './pushes.ts';
import { isReady } from './nodes.ts';
import { liveOf, report, type Held } from './reports.ts';
import { again } from './segments.ts';
import { settings as change } from './settings.ts';
import type { Flow } from './shape.ts';
import { signal } from './signals.ts';
import { sweep } from './sweeps.ts';
import { changeTo } from './versions.ts';
import { flowOf, settingOf, workflowOf, type Settings, type World } from './world.ts';
import { EXECUTED, PULLED, PUSHED, type TaskWork } from './works.ts';

/** Beside their children. */
const MOST_INSTANCES = 4;

/** More than there are of anything. */
const PLENTY = 50;

/** What there is to name: the versions, and the ids of the workflows that are there. */
export type Known = {
  readonly settings: Settings;
  readonly ids: Readonly<Partial<Record<Flow, number>>>;
  readonly publish: (flow: Flow, version: number) => Action;
};

/** What a command comes to in this world; null: nothing. `held`: every token that somebody was ever handed, the latest last. */
export function actionOf(
  command: Simple,
  world: World,
  held: readonly Held[],
  { settings, ids, publish }: Known,
): Action | null {
  switch (command.do) {
    case 'create': {
      const own = world.instances.filter(({ parent }) => parent === null);
      const room = MOST_INSTANCES - own.length;
      return room <= 0
        ? null
        : create({
            ...command,
            count: Math.min(command.count, room),
            objectId: command.common ? 'object' : 'other',
            runAt: command.later ? world.now + 20_000 : null,
            only: keysAt(
              settingOf(settings, workflowOf(world, 'main').published).order,
              command.only,
            ),
          });
    }
    case 'claim':
      return claim(
        PULLED.filter((_, place) => (command.works & (1 << place)) !== 0),
        command.max,
      );
    case 'report': {
      // Who starts children says so in its own way.
      const spokenFor = held.filter(({ work }) => work !== '#workflow');
      const spoken = command.reports.flatMap(({ said: words, ...one }) => {
        const named = pickFrom(world, spokenFor, one);
        return named === undefined ? [] : [{ held: named, said: words }];
      });
      return spoken.length === 0 ? null : report(spoken);
    }
    case 'sweep':
      return sweep();
    case 'admit':
      // Those that are being created meanwhile too.
      return inFlow(ids, command.flow, (id) =>
        admit(
          command.flow,
          id,
          world.instances.filter((one) => flowOf(settings, one) === command.flow).length + 2,
        ),
      );
    case 'free': {
      const { objectId } = world.instances[command.who % world.instances.length] ?? {
        objectId: 'object',
      };
      return inFlow(ids, command.flow, (id) => free(command.flow, id, objectId));
    }
    case 'start': {
      const own = held.filter(({ work }) => work === '#workflow');
      const named = pickAll(world, own, command.picks);
      return named.length === 0 ? null : start(settings, named);
    }
    case 'tell':
    case 'orphans': {
      const parents = [...new Set(world.instances.flatMap(({ parent }) => parent?.id ?? []))];
      const parent = parents[command.who % Math.max(1, parents.length)];
      if (parent === undefined) {
        return null;
      }
      return command.do === 'tell' ? tell(parent) : cancelLeft(parent);
    }
    case 'publish': {
      const version = settings.findIndex((one, place) => place > 0 && one.flow === 'main');
      return version < 0 ? null : publish('main', version);
    }
    case 'execute':
      return execute(readyOf(world, [...EXECUTED, '#workflow'], command.work), command.max);
    case 'push':
      return push(readyOf(world, PUSHED, command.work), command.max);
    case 'pushed': {
      const own = held.filter(({ work }) => (PUSHED as readonly string[]).includes(work));
      const work = idle(world, own, PUSHED);
      if (work !== null) {
        return push(work, PLENTY);
      }
      const named = pickAll(world, own, command.picks);
      return named.length === 0 ? null : pushed(named, command.came);
    }
    case 'end': {
      const own = held.filter(({ work }) => isExecuted(work));
      const work = idle(world, own, EXECUTED);
      if (work !== null) {
        return execute(work, PLENTY);
      }
      const ends = new Map(
        command.ends.flatMap(({ came: how, ...one }) => {
          const named = pickFrom(world, own, one);
          return named === undefined ? [] : [[named.token, { held: named, came: how }] as const];
        }),
      );
      return ends.size === 0 ? null : end([...ends.values()]);
    }
    case 'hold':
    case 'putBack':
    case 'keepPolling':
    case 'submit':
    case 'pollAgain': {
      const all = command.do === 'hold' || command.do === 'putBack';
      const own = held.filter(({ work }) => (all ? isExecuted(work) : work === '#http'));
      const work = idle(world, own, all ? EXECUTED : ['#http']);
      if (work !== null) {
        return execute(work, PLENTY);
      }
      const named = pickAll(world, own, command.picks);
      return named.length === 0 ? null : executorsWord(command, named);
    }
    case 'poll':
      return poll();
    case 'deliver':
      return deliver(command.how);
    case 'settings':
      return inFlow(ids, command.flow, () => change(command.flow, command));
    case 'signal': {
      const instance = world.instances[command.who % Math.max(1, world.instances.length)];
      return instance === undefined ? null : signal(instance.id, command.name, command.payload);
    }
    case 'mark':
    case 'restart': {
      const instance = world.instances[command.who % Math.max(1, world.instances.length)];
      const order = instance === undefined ? [] : settingOf(settings, instance.version).order;
      const key = order[command.node % Math.max(1, order.length)];
      if (instance === undefined || key === undefined) {
        return null;
      }
      return command.do === 'mark'
        ? mark(instance.id, key, command.as, command.output)
        : restart(instance.id, key);
    }
    case 'segments': {
      const fanouts = world.instances.flatMap(({ id, nodes }) =>
        Object.entries(nodes).flatMap(([key, { segments }]) =>
          segments === null ? [] : [{ id, key, segments }],
        ),
      );
      // Of most there is nothing to ask.
      const failed = fanouts.filter(({ segments }) =>
        segments.some(({ state }) => state === 'failed'),
      );
      const from = failed.length > 0 ? failed : fanouts;
      const one = from[command.node % Math.max(1, from.length)];
      return one === undefined ? null : again(one.id, one.key, command.orders);
    }
    case 'priority':
    case 'edit':
    case 'hurry': {
      const named = idsOf(world, command.who);
      return named.length === 0 ? null : changeOf(command, named, settings[0]?.order ?? []);
    }
    case 'version': {
      const named = idsOf(world, command.who);
      const first = world.instances.find(({ id }) => id === named[0]);
      const number = command.other && first && isFirst(settings, first.version) ? 2 : 1;
      return named.length === 0 ? null : changeTo(named, number);
    }
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry': {
      const named = idsOf(world, command.who);
      return named.length === 0 ? null : move(command.do, named);
    }
  }
}

function executorsWord(
  command: Extract<
    Simple,
    { readonly do: 'hold' | 'putBack' | 'keepPolling' | 'submit' | 'pollAgain' }
  >,
  held: readonly Held[],
): Action {
  switch (command.do) {
    case 'hold':
      return hold(held);
    case 'putBack':
      return putBack(held);
    case 'keepPolling':
      return keepPolling(held);
    case 'submit':
      return submit(held, command.askSeconds);
    case 'pollAgain':
      return pollAgain(held, command.seconds, command.answered);
  }
}

function isExecuted(work: string): boolean {
  return (EXECUTED as readonly string[]).includes(work);
}

/** Who holds nothing that is live takes something first: a work of which something is ready. */
function idle<Work extends TaskWork>(
  world: World,
  held: readonly Held[],
  works: readonly Work[],
): Work | null {
  return held.some((one) => isLive(world, one))
    ? null
    : (works.find((work) => isReady(world, work)) ?? null);
}

/** The work that was asked for; another one of which something is ready, if nothing is of that one. */
function readyOf<Work extends TaskWork>(world: World, works: readonly Work[], asked: Work): Work {
  const ready = (work: Work) => isReady(world, work);
  return ready(asked) ? asked : (works.find(ready) ?? asked);
}

/** Some of those that are live, if there are any; or some of all. */
function pickAll(world: World, held: readonly Held[], picks: readonly number[]): Held[] {
  return [...new Set(picks.flatMap((pick) => pickFrom(world, held, { live: true, pick }) ?? []))];
}

/** One of those that are live, if there are any; or one of all. */
function pickFrom(
  world: World,
  held: readonly Held[],
  { live, pick }: { readonly live: boolean; readonly pick: number },
): Held | undefined {
  const alive = live ? held.filter((one) => isLive(world, one)) : [];
  const from = alive.length > 0 ? alive : held;
  return from[from.length - 1 - (pick % Math.max(1, from.length))];
}

function changeOf(
  command: Extract<Simple, { readonly do: 'priority' | 'edit' | 'hurry' }>,
  ids: readonly string[],
  order: readonly string[],
): Action {
  switch (command.do) {
    case 'priority':
      return reprioritize(ids, command.priority);
    case 'edit':
      return edit(ids, command.patch);
    case 'hurry':
      return hurry(ids, command.node === null ? null : (keysAt(order, [command.node])[0] ?? null));
  }
}

function isFirst(settings: Settings, version: number): boolean {
  const { flow } = settingOf(settings, version);
  return settings.findIndex((one) => one.flow === flow) === version;
}

function idsOf({ instances }: World, who: number): string[] {
  return instances.filter((_, place) => (who & (1 << (place % 4))) !== 0).map(({ id }) => id);
}

function inFlow(ids: Known['ids'], of: Flow, make: (id: number) => Action): Action | null {
  const id = ids[of];
  return id === undefined ? null : make(id);
}

function keysAt(order: readonly string[], places: readonly number[]): string[] {
  const keys = places.flatMap((place) => order[place % Math.max(1, order.length)] ?? []);
  return [...new Set(keys)];
}

function isLive(world: World, held: Held): boolean {
  const live = liveOf(world, held);
  return live !== null && (live.task.status === 'running' || live.task.status === 'dispatched');
}
