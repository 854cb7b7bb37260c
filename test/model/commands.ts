/** Random commands, as data that means something in any world: whom they name is found out when their turn comes (choose.ts). */
import * as fc from 'fast-check';
import type { Json, JsonObject } from '#engine/json.ts';
import type { Verdict } from './hands.ts';
import type { Came } from './internals.ts';
import type { Received } from './messages.ts';
import type { Answered } from './pushes.ts';
import type { Said } from './reports.ts';
import { busy, FLOWS, SIGNALS, type Flow } from './shape.ts';
import type { Busy } from './world.ts';
import { EXECUTED, PUSHED, type Executed, type Pushed } from './works.ts';

type Report = { readonly live: boolean; readonly pick: number; readonly said: Said };

export type Simple =
  | {
      readonly do: 'create';
      /** At once. */
      readonly count: number;
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
  | { readonly do: 'push'; readonly work: Pushed; readonly max: number }
  | { readonly do: 'pushed'; readonly picks: readonly number[]; readonly came: Answered }
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
      readonly node: number;
      readonly orders: readonly number[] | null;
    }
  /** To the one that the first of them does not have; or to the first one. */
  | { readonly do: 'version'; readonly who: number; readonly other: boolean }
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

/** A worker that cannot do what it has: many segments fail, which is what their retries need. */
const failure: fc.Arbitrary<Simple> = fc
  .record({ count: fc.integer({ min: 2, max: 7 }), pick: fc.nat(6) })
  .map(({ count, pick }) => ({
    do: 'report' as const,
    reports: Array.from({ length: count }, (_, place) => ({
      live: true,
      pick: pick + place,
      said: { type: 'fail' as const, retryable: false, retryAfterSeconds: 0 },
    })),
  }));

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

const few = fc.oneof({ weight: 2, arbitrary: fc.constant(50) }, fc.integer({ min: 1, max: 2 }));

/** What the processes that push do and say. */
const push: fc.Arbitrary<Simple> = fc.record({
  do: fc.constant('push' as const),
  work: fc.constantFrom(...PUSHED),
  max: few,
});

const pushed: fc.Arbitrary<Simple> = fc.record({
  do: fc.constant('pushed' as const),
  picks,
  came: fc.oneof(
    { weight: 3, arbitrary: fc.record({ verdict: fc.constant('accepted' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        verdict: fc.constant('retry' as const),
        seconds: fc.constantFrom(0, 5),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        verdict: fc.constant('refused' as const),
        retryable: mostly(true, false),
      }),
    },
  ),
});

const execute: fc.Arbitrary<Simple> = fc.record({
  do: fc.constant('execute' as const),
  work: fc.constantFrom(...EXECUTED, '#workflow' as const, '#workflow' as const),
  max: few,
});

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
      count: mostly(1, 3),
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
  { weight: 1, arbitrary: failure },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('admit' as const), flow }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free' as const), flow, who: fc.nat(7) }) },
  { weight: 4, arbitrary: family },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('segments' as const),
      node: fc.nat(40),
      orders: fc.option(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 }), { freq: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      how: fc.constantFrom('delivered' as const, 'again' as const, 'cut_off' as const),
    }),
  },
  { weight: 6, arbitrary: executor },
  { weight: 3, arbitrary: push },
  { weight: 2, arbitrary: pushed },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('version' as const),
      who: fc.integer({ min: 1, max: 15 }),
      other: mostly(true, false),
    }),
  },
  { weight: 4, arbitrary: execute },
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
      payload: fc.oneof(output, fc.record({ approved: mostly<Json>(true, false) })),
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

/** What seldom meets by chance: something is taken, something else may happen, and then something is said of what was taken. */
const episode: fc.Arbitrary<Command[]> = fc
  .oneof(
    fc.tuple(push, fc.option(command), pushed),
    fc.tuple(execute, fc.option(command), executor),
  )
  .map((parts) => parts.filter((part) => part !== null));

const some: fc.Arbitrary<Command[]> = fc.oneof(
  { weight: 8, arbitrary: command.map((one) => [one]) },
  { weight: 1, arbitrary: episode },
);

export const commands: fc.Arbitrary<Command[]> = fc
  .array(some, { minLength: 5, maxLength: 36, size: 'max' })
  .map((parts) => parts.flat());
