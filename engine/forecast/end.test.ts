import { describe, expect, test } from 'vitest';
import type { Definition, DefinitionNode } from '../definition.ts';
import { compilePlan } from '../plan/compile.ts';
import { emptyState, type FanoutState, type NodeStatus } from '../state.ts';
import { expectEnd, type NodeRecord, type Underway } from './end.ts';
import { forecastQueue, waitInLine } from './queue.ts';
import { secondsOf, type Sketch } from './sketch.ts';

const NOW = 1_795_248_000_000;

/** One duration, or several, each in a bucket of its own; what stands for them is `about`. */
function took(...seconds: number[]): Sketch {
  return {
    count: seconds.length,
    seconds: seconds.reduce((sum, one) => sum + one, 0),
    buckets: seconds.map((one) => ({ bucket: bucketOf(one), count: 1 })),
  };
}

function bucketOf(seconds: number): number {
  return Math.max(0, Math.ceil(Math.log(seconds * 1_000) / Math.log(1.1)));
}

function about(seconds: number): number {
  return secondsOf(bucketOf(seconds));
}

const record = (run: number, wait = 0.000_1): NodeRecord => ({ wait: took(wait), run: took(run) });

/** `a -> b` draws the edges, nodes are tasks unless they are given. */
function world(
  edges: readonly (readonly [from: string, to: string, branch?: string])[],
  nodes: Record<string, Partial<Record<string, unknown>>> = {},
) {
  const keys = [...new Set(edges.flatMap(([from, to]) => [from, to]))];
  const definition: Definition = {
    schemaVersion: 1,
    // Guarantee: what a test gives makes a whole node.
    nodes: keys.map(
      (key) => ({ key, type: 'task', work: key, ...nodes[key] }) as unknown as DefinitionNode,
    ),
    edges: edges.map(([from, to, branch]) => ({ from, to, ...(branch && { branch }) })),
  };
  const plan = compilePlan(definition);
  const indexOf = (key: string) => plan.nodes.findIndex((node) => node.key === key);

  return (
    records: Record<string, NodeRecord>,
    statuses: Record<string, NodeStatus> = {},
    live: Record<string, Partial<Underway>> = {},
    q = 0.5,
    fanouts: Record<string, FanoutState> = {},
  ) => {
    const state = emptyState(plan.nodes.length);
    for (const [key, status] of Object.entries(statuses)) {
      state.nodes[indexOf(key)] = status;
    }
    for (const [key, counts] of Object.entries(fanouts)) {
      state.fanouts.set(indexOf(key), counts);
    }
    const { at, lacking } = expectEnd(
      {
        plan,
        state,
        records: new Map(Object.entries(records)),
        live: new Map(
          Object.entries(live).map(([key, facts]) => [
            indexOf(key),
            {
              status: 'running',
              held: false,
              openedAt: NOW,
              startedAt: NOW,
              dueAt: null,
              progress: null,
              ...facts,
            },
          ]),
        ),
        now: NOW,
        startsAt: NOW,
      },
      q,
    );
    return { seconds: at === null ? null : (at - NOW) / 1_000, lacking };
  };
}

describe('the expected end', () => {
  const diamond = world([
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'd'],
    ['c', 'd'],
  ]);
  const records = { a: record(10), b: record(100), c: record(20), d: record(5) };

  test('is that of the longest way', () => {
    const { seconds } = diamond(records);
    expect(seconds).toBeCloseTo(about(10) + about(100) + about(5), 1);
  });

  test('counts nothing of what has ended, and of what runs only what is left', () => {
    const done = { a: 'succeeded', b: 'open', c: 'succeeded' } as const;

    expect(diamond(records, done, { b: { startedAt: NOW - 60_000 } }).seconds).toBeCloseTo(
      about(100) - 60 + about(5),
      1,
    );
    expect(
      diamond(records, done, { b: { startedAt: NOW - 60_000, progress: 0.75 } }).seconds,
    ).toBeCloseTo(20 + about(5), 1);
  });

  test('is not known where a node has no record, and says which', () => {
    const { b: _b, ...others } = records;
    expect(diamond(others)).toEqual({ seconds: null, lacking: ['b'] });
    expect(diamond({})).toEqual({ seconds: null, lacking: ['a', 'b', 'c', 'd'] });
    expect(diamond(others, { a: 'succeeded', b: 'succeeded' }).seconds).not.toBeNull();
  });

  test('is not known of what takes longer than it ever did', () => {
    const late = { a: { startedAt: NOW - 3_600_000 } };
    expect(diamond(records, { a: 'open' }, late)).toEqual({ seconds: null, lacking: ['a'] });
  });

  test('takes the percentile that is asked for', () => {
    const one = world([['a', 'b']]);
    const spread = { a: { wait: took(0.000_1), run: took(1, 2, 3, 4, 50) }, b: record(1) };

    expect(one(spread).seconds).toBeCloseTo(about(3) + about(1), 1);
    expect(one(spread, {}, {}, 0.9).seconds).toBeCloseTo(about(50) + about(1), 1);
  });

  test('waits out delays, and the pauses before retries', () => {
    const one = world([['a', 'b']], { b: { delaySeconds: 30 } });
    const delayed = { a: { status: 'delayed' as const, dueAt: NOW + 40_000 } };

    expect(one(records, { a: 'open' }, delayed).seconds).toBeCloseTo(
      40 + about(10) + 30 + about(100),
      1,
    );
  });

  test('takes a branch without a record to stay untaken until a route chooses it', () => {
    const routed = world(
      [
        ['r', 'a', 'yes'],
        ['r', 'b', 'default'],
      ],
      { r: { type: 'route', cases: [{ key: 'yes', when: 'true' }] } },
    );

    expect(routed({ a: record(10) }).seconds).toBeCloseTo(about(10), 1);
    expect(
      routed({ a: record(10) }, { r: 'succeeded', a: 'skipped', b: 'open' }, { b: {} }),
    ).toEqual({ seconds: null, lacking: ['b'] });
  });

  test('expects no failure, so nothing that runs only after one', () => {
    const guarded = world(
      [
        ['a', 'b'],
        ['a', 'alarm'],
      ],
      { alarm: { trigger: 'one_failed' } },
    );
    expect(guarded({ a: record(10), b: record(5) }).seconds).toBeCloseTo(about(10) + about(5), 1);
  });
});

describe('the end of a fan-out', () => {
  const fan = (maxParallel = 0) =>
    world([['f', 'b']], { f: { type: 'fanout', items: '[1]', maxParallel } });
  const records = { f: { wait: took(1_000), run: took(100) }, b: record(5) };

  test('that has not opened is that of its record as a whole: its segments wait within it', () => {
    expect(fan()(records).seconds).toBeCloseTo(about(100) + about(5), 1);
  });

  test('that is under way goes by the share of its segments that have ended', () => {
    const counts = { total: 40, succeeded: 29, failed: 1, made: 40 };
    const live = { f: { openedAt: NOW - 60_000 } };

    expect(fan()(records, { f: 'open' }, live, 0.5, { f: counts }).seconds).toBeCloseTo(
      20 + about(5),
      1,
    );
  });

  test('whose segments wait in line goes by its record: the oldest live one is young', () => {
    const counts = { total: 40, succeeded: 29, failed: 1, made: 32 };
    const live = { f: { openedAt: NOW - 1_000 } };

    expect(fan(2)(records, { f: 'open' }, live, 0.5, { f: counts }).seconds).toBeCloseTo(
      about(100) - 1 + about(5),
      1,
    );
  });
});

describe('a line', () => {
  const facts = {
    enabled: true,
    queued: 100,
    running: 4,
    slots: 4,
    runSeconds: 8,
    arrivalsPerSecond: 0.1,
  };

  test('is empty when more leave it than join it, and grows if not', () => {
    expect(forecastQueue(facts)).toEqual({ perSecond: 0.5, emptyInSeconds: 250, growing: false });
    expect(forecastQueue({ ...facts, arrivalsPerSecond: 0.5 })).toMatchObject({
      emptyInSeconds: null,
      growing: true,
    });
  });

  test.each([
    ['without a record', { runSeconds: null }],
    ['while it is switched off', { enabled: false }],
    ['without a limit', { slots: 0 }],
  ])('is not foretold %s', (_why, change) => {
    expect(forecastQueue({ ...facts, ...change })).toEqual({
      perSecond: null,
      emptyInSeconds: null,
      growing: null,
    });
  });

  test('lets one begin when those before it have had their turn', () => {
    expect(waitInLine(facts, 9)).toBe(20);
    expect(waitInLine({ ...facts, running: 2 }, 1)).toBe(0);
    expect(waitInLine({ ...facts, runSeconds: null }, 9)).toBeNull();
    expect(waitInLine({ ...facts, enabled: false }, 0)).toBeNull();
  });
});
