/** Random commands, as data that means something in any world: whom they name is found out when their turn comes. */
import * as fc from 'fast-check';
import type { Json, JsonObject } from '#engine/json.ts';
import type { Action } from './action.ts';
import { edit, hurry, reprioritize } from './changes.ts';
import { claim, execute } from './claims.ts';
import {
  end,
  hold,
  keepPolling,
  poll,
  pollAgain,
  putBack,
  submit,
  type Came,
} from './internals.ts';
import { mark, restart, type Verdict } from './hands.ts';
import { cancelLeft, start, tell } from './children.ts';
import { deliver, type Received } from './messages.ts';
import { admit, create, move } from './moves.ts';
import { free } from './objects.ts';
import { liveOf, report, type Held, type Said } from './reports.ts';
import { settings as change } from './settings.ts';
import { again } from './segments.ts';
import { busy, FLOWS, SIGNALS, type Flow } from './shape.ts';
import { signal } from './signals.ts';
import { sweep } from './sweeps.ts';
import { flowOf, settingOf, workflowOf, type Busy, type Settings, type World } from './world.ts';
import { EXECUTED, WORK_NAMES, type Executed } from './works.ts';

type Report = { readonly live: boolean; readonly pick: number; readonly said: Said };

export type Simple =
  | {
      readonly do: 'create';
      readonly n: number;
      /** It shares its object with most others. */
      readonly common: boolean;
      readonly priority: number;
      readonly later: boolean;
      /** Places of the nodes to run; none: all. */
      readonly only: readonly number[];
    }
  | { readonly do: 'claim'; readonly works: number; readonly max: number }
  | { readonly do: 'report'; readonly reports: readonly Report[] }
  | { readonly do: 'sweep' }
  | { readonly do: 'admit'; readonly flow: Flow }
  | { readonly do: 'free'; readonly flow: Flow; readonly who: number }
  | { readonly do: 'start'; readonly picks: readonly number[] }
  /** The parent that is told, or whose orphans are cancelled. */
  | { readonly do: 'tell' | 'orphans'; readonly who: number }
  | {
      readonly do: 'mark';
      readonly who: number;
      readonly node: number;
      readonly as: Verdict;
      readonly output: Json;
    }
  | { readonly do: 'priority'; readonly who: number; readonly priority: number }
  | { readonly do: 'edit'; readonly who: number; readonly patch: JsonObject }
  | { readonly do: 'hurry'; readonly who: number; readonly node: number | null }
  | { readonly do: 'execute'; readonly work: Executed | '#workflow'; readonly max: number }
  | {
      readonly do: 'end';
      readonly ends: readonly {
        readonly live: boolean;
        readonly pick: number;
        readonly came: Came;
      }[];
    }
  | { readonly do: 'hold' | 'putBack' | 'keepPolling'; readonly picks: readonly number[] }
  | { readonly do: 'submit'; readonly picks: readonly number[]; readonly askSeconds: number | null }
  | { readonly do: 'poll' }
  | { readonly do: 'deliver'; readonly how: Received }
  | {
      readonly do: 'pollAgain';
      readonly picks: readonly number[];
      readonly seconds: number;
      readonly answered: boolean;
    }
  | {
      readonly do: 'settings';
      readonly flow: Flow;
      readonly maxRunning: number;
      readonly enabled: boolean;
      readonly busy: Busy;
    }
  /** The other version of `main`, where there is one. */
  | { readonly do: 'publish' }
  | { readonly do: 'signal'; readonly who: number; readonly name: string; readonly payload: Json }
  | {
      readonly do: 'segments';
      readonly who: number;
      readonly node: number;
      readonly orders: readonly number[] | null;
    }
  | { readonly do: 'restart'; readonly who: number; readonly node: number }
  | { readonly do: 'cancel' | 'pause' | 'resume' | 'retry'; readonly who: number };

export type Command =
  | Simple
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'race'; readonly commands: readonly Simple[] }
  | {
      readonly do: 'crash';
      readonly command: Simple;
      readonly at: number;
      readonly how: 'fail' | 'kill' | 'answer';
    };

const output: fc.Arbitrary<Json> = fc.oneof(
  fc.constant(null),
  fc.nat(2),
  fc.array(fc.nat(9), { maxLength: 5 }),
);

const patch: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('x', 'y'),
  fc.oneof(fc.constant(null), fc.nat(3), fc.record({ z: fc.oneof(fc.constant(null), fc.nat(2)) })),
  { maxKeys: 2 },
);

function mostly<Value>(usual: Value, other: Value): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constant(other));
}

const said: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('finish' as const),
      output,
      context: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, patch),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('fail' as const, 'raise' as const),
      retryable: mostly(true, false),
      retryAfterSeconds: mostly(0, 30),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('start' as const, 'heartbeat' as const, 'reject' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('context' as const), patch }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('delay' as const), seconds: fc.constantFrom(0, 15) }),
  },
);

const oneReport: fc.Arbitrary<Report> = fc.record({
  live: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
  pick: fc.nat(30),
  said,
});

const came: fc.Arbitrary<Came> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      outcome: fc.constant('succeeded' as const),
      output,
      request: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      outcome: fc.constant('failed' as const),
      code: fc.constantFrom('delivery_failed' as const, 'error' as const, 'expression' as const),
      retryable: mostly(true, false),
      retryAfterSeconds: mostly(0, 30),
      request: fc.boolean(),
    }),
  },
);

const picks = fc.array(fc.nat(12), { minLength: 1, maxLength: 3 });

/** What the executors say. */
const executor: fc.Arbitrary<Simple> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      ends: fc.array(fc.record({ live: mostly(true, false), pick: fc.nat(12), came }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      picks,
      askSeconds: fc.constantFrom(null, 5, 5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('poll' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('hold' as const, 'putBack' as const, 'keepPolling' as const),
      picks,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('pollAgain' as const),
      picks,
      seconds: fc.constantFrom(5, 60),
      answered: fc.boolean(),
    }),
  },
);

const flow = fc.oneof(
  { weight: 2, arbitrary: fc.constant('main' as const) },
  fc.constantFrom(...FLOWS),
);

const family: fc.Arbitrary<Simple> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), picks }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('tell' as const, 'tell' as const, 'orphans' as const),
      who: fc.nat(7),
    }),
  },
);

const simple: fc.Arbitrary<Simple> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      n: fc.nat(3),
      common: mostly(true, false),
      priority: fc.constantFrom(0, 0, 1),
      later: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      only: fc.oneof(
        { weight: 7, arbitrary: fc.constant([]) },
        fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }),
      ),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      works: fc.oneof({ weight: 4, arbitrary: fc.constant(255) }, fc.integer({ min: 1, max: 255 })),
      max: fc.oneof({ weight: 2, arbitrary: fc.constant(50) }, fc.integer({ min: 1, max: 4 })),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      reports: fc.array(oneReport, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('admit' as const), flow }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free' as const), flow, who: fc.nat(7) }) },
  { weight: 4, arbitrary: family },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      how: fc.constantFrom('delivered' as const, 'again' as const, 'cut_off' as const),
    }),
  },
  { weight: 6, arbitrary: executor },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('execute' as const),
      work: fc.constantFrom(...EXECUTED, '#workflow' as const, '#workflow' as const),
      max: fc.oneof(fc.constant(50), fc.integer({ min: 1, max: 2 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settings' as const),
      flow,
      busy: fc.oneof({ weight: 2, arbitrary: fc.constant('allow' as const) }, busy),
      maxRunning: fc.nat(2),
      enabled: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('signal' as const),
      who: fc.nat(7),
      name: fc.constantFrom(...SIGNALS),
      payload: output,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'pause' as const, 'resume' as const, 'retry' as const),
      who: fc.integer({ min: 1, max: 15 }),
    }),
  },
);

/** Instances, one bit each. */
const who = fc.integer({ min: 1, max: 15 });

const hand: fc.Arbitrary<Simple> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('segments' as const),
      who: fc.nat(7),
      node: fc.nat(40),
      orders: fc.option(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 }), { freq: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mark' as const),
      who: fc.nat(7),
      node: fc.nat(40),
      as: fc.constantFrom('succeeded' as const, 'failed' as const, 'skipped' as const),
      output,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('restart' as const), who: fc.nat(7), node: fc.nat(40) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('priority' as const),
      who,
      priority: fc.integer({ min: -1, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), who, patch }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hurry' as const),
      who,
      node: fc.option(fc.nat(40)),
    }),
  },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 20, arbitrary: simple },
  { weight: 2, arbitrary: hand },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 10, 30, 60, 130, 4_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('race' as const),
      commands: fc.array(fc.oneof({ weight: 6, arbitrary: simple }, hand), {
        minLength: 2,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      command: fc.oneof({ weight: 6, arbitrary: simple }, hand),
      at: fc.nat(14),
      how: fc.oneof(
        { weight: 6, arbitrary: fc.constant('fail' as const) },
        { weight: 1, arbitrary: fc.constant('kill' as const) },
        { weight: 2, arbitrary: fc.constant('answer' as const) },
      ),
    }),
  },
);

export const commands: fc.Arbitrary<Command[]> = fc.array(command, {
  minLength: 5,
  maxLength: 40,
  size: 'max',
});

/** Beside their children. */
const MOST_INSTANCES = 4;

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
    case 'create':
      return world.instances.filter(({ parent }) => parent === null).length >= MOST_INSTANCES
        ? null
        : create({
            ...command,
            objectId: command.common ? 'object' : 'other',
            runAt: command.later ? world.now + 20_000 : null,
            only: keysAt(
              settingOf(settings, workflowOf(world, 'main').published).order,
              command.only,
            ),
          });
    case 'claim':
      return claim(
        WORK_NAMES.filter((_, place) => (command.works & (1 << place)) !== 0),
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
      const named = command.picks.flatMap(
        (pick) => pickFrom(world, own, { live: true, pick }) ?? [],
      );
      return named.length === 0 ? null : start(settings, [...new Set(named)]);
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
      return execute(command.work, command.max);
    case 'end': {
      const own = held.filter(({ work }) => isExecuted(work));
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
      const named = command.picks.flatMap(
        (pick) => pickFrom(world, own, { live: true, pick }) ?? [],
      );
      return named.length === 0 ? null : executorsWord(command, [...new Set(named)]);
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
      const instance = world.instances[command.who % Math.max(1, world.instances.length)];
      const { order = [], nodeOf } =
        instance === undefined ? {} : settingOf(settings, instance.version);
      // Of most nodes there is nothing to ask.
      const fanouts = order.filter((key) => nodeOf?.get(key)?.type === 'fanout');
      const key = (fanouts.length > 0 ? fanouts : order)[
        command.node % Math.max(1, fanouts.length)
      ];
      return instance === undefined || key === undefined
        ? null
        : again(instance.id, key, command.orders);
    }
    case 'priority':
    case 'edit':
    case 'hurry': {
      const named = idsOf(world, command.who);
      return named.length === 0 ? null : changeOf(command, named, settings[0]?.order ?? []);
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
