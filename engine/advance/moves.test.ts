import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../advance.ts';
import { draw, failed, kinds, play } from './advance.fixture.ts';

const retry = (...failedSegments: [number, number][]): EngineEvent => ({
  type: 'retry',
  failedSegments: new Map(failedSegments),
});
const restart = (node: number): EngineEvent => ({ type: 'restart', node });
const mark = (node: number, as: 'succeeded' | 'failed' | 'skipped'): EngineEvent => ({
  type: 'mark',
  node,
  as,
  message: 'by hand',
});
const retrySegments = (node: number, count: number): EngineEvent => ({
  type: 'retrySegments',
  node,
  count,
});
const open = (node: number) => ({ type: 'open', node, input: null, at: null });
const each = { type: 'fanout', work: 'w', items: 'input.list' };

describe('a retry', () => {
  test('brings back what failed, was cancelled or never ran because of it, and nothing else', () => {
    const run = draw('a -> b, c -> d, e -> f', { e: { onFailure: 'continue' } });
    // a, c, e, b, d, f
    expect(play(run, 'fsfucs', [retry()])).toEqual({
      after: 'osf.os',
      effects: [open(0), open(4)],
      failure: null,
    });
  });

  test('leaves what ran behind a failure', () => {
    const run = draw('a -> b', { b: { trigger: 'all_done' } });

    expect(play(run, 'fs', [retry()]).after).toBe('os');
  });

  test('judges again what was skipped behind what it brings back', () => {
    const run = draw('a -> b -> c, s -> c', { b: { trigger: 'all_skipped' } });

    // a, s, b, c
    expect(play(run, 'fskk', [retry()]).after).toBe('os..');
  });

  test('repeats the segments of a fan-out that did not succeed: as many as may run at once, the rest in line', () => {
    const run = draw('each -> after', { each: { ...each, maxParallel: 2, delaySeconds: 5 } });

    expect(play(run, 'fu;0=7,4,3', [retry([0, 3])], { now: 1_000 })).toEqual({
      after: 'o.;0=7,4,0,6',
      effects: [{ type: 'reopen', node: 0, parallel: 2, first: 6, all: true, at: 6_000 }],
      failure: null,
    });
    expect(play(run, 'fu;0=7,6,1', [retry([0, 1])])).toMatchObject({
      after: 'o.;0=7,6,0',
      effects: [{ type: 'reopen', parallel: 1, first: 7 }],
    });
  });

  test('repeats all of a fan-out of which no segment is known', () => {
    const run = draw('each', { each });

    expect(play(run, 'f;0=3,1,2', [retry()], { input: { list: ['x'] } })).toMatchObject({
      after: 'o;0=1,0,0',
      effects: [{ type: 'fan', inputs: ['x'] }],
    });
  });

  test('of a run that has to queue opens nothing yet; what would end it at once ends it', () => {
    const run = draw('a -> b');

    expect(play(run, 'fu', [retry(), { type: 'hold' }])).toMatchObject({
      after: '..',
      effects: [],
    });
    expect(play(run, 'ss', [retry(), { type: 'hold' }])).toMatchObject({
      after: 'ss',
      effects: [{ type: 'finish', status: 'succeeded' }],
    });
  });
});

describe('a restart', () => {
  test('begins a node again and clears everything behind it, whatever became of it', () => {
    const run = draw('a -> b -> d -> e, c -> d', { e: { trigger: 'one_done' } });
    // a, c, b, d, e
    expect(play(run, 'sssoo', [restart(2)])).toEqual({
      after: 'sso..',
      effects: [{ type: 'drop', node: 3 }, { type: 'drop', node: 4 }, open(2)],
      failure: null,
    });
    expect(play(run, 'ssfuk', [restart(2)]).after).toBe('sso..');
  });

  test('leaves what a person had left out, but for the node itself', () => {
    const run = draw('a -> b -> c -> d');

    expect(play(run, 'spps', [restart(0)]).after).toBe('oppo');
    expect(play(run, 'spps', [restart(1)]).after).toBe('sopo');
  });

  test('forgets the branches that a route took, and judges it anew', () => {
    const route = { type: 'route', cases: [{ key: 'yes', when: 'input.yes' }] };
    const run = draw('route -> a', { route });

    expect(play(run, 'ss;0>yes', [restart(0)], { input: { yes: false } }).after).toBe(
      'so;0>default',
    );
    const later = draw('before -> route -> a', { route });
    expect(play(later, 'sss;1>yes', [restart(0)]).after).toBe('o..');
  });

  test('takes the segments that are under way and those in line of a fan-out behind it', () => {
    const run = draw('a -> each', { each });

    expect(play(run, 'so;1=9,1,0,3', [restart(0)])).toEqual({
      after: 'o.',
      effects: [{ type: 'drop', node: 1 }, { type: 'forget', node: 1 }, open(0)],
      failure: null,
    });
    // All of them were let go: nobody waits.
    expect(play(run, 'so;1=9,1,0', [restart(0)])).toMatchObject({
      after: 'o.',
      effects: [{ type: 'drop', node: 1 }, open(0)],
    });
    expect(play(run, 'sf;1=9,0,1,3', [restart(0)])).toMatchObject({
      after: 'o.',
      effects: [{ type: 'forget', node: 1 }, open(0)],
    });
  });
});

describe('a mark', () => {
  const chain = draw('a -> b -> c');

  test('lets what follows run, and keeps in mind that a person did it', () => {
    expect(play(chain, 'fuu', [mark(0, 'succeeded')])).toEqual({
      after: 'so.;!',
      effects: [open(1)],
      failure: null,
    });
    expect(play(chain, 'fuu', [mark(0, 'skipped')]).after).toBe('po.;!');
  });

  test('takes an open task away', () => {
    expect(play(chain, 'o..', [mark(0, 'succeeded')]).effects).toEqual([
      { type: 'drop', node: 0 },
      open(1),
    ]);
  });

  test('as failed is a failure like any other', () => {
    expect(play(chain, 'o..', [mark(0, 'failed')])).toEqual({
      after: 'fuu;!',
      effects: [
        { type: 'drop', node: 0 },
        { type: 'finish', status: 'failed', output: null },
      ],
      failure: { node: 0, code: 'error', message: 'by hand' },
    });
  });

  test('judges again what never ran because of how the node had ended; what ran, or runs, stays', () => {
    const fork = draw('a -> skipped, a -> lost, a -> cancelled, a -> ran, a -> runs, a -> failed', {
      skipped: { trigger: 'all_failed' },
    });

    expect(play(fork, 'fkucsof', [mark(0, 'succeeded')]).after).toBe('skoosof;!');
    expect(play(fork, 'skucsof', [mark(0, 'failed')]).after).toBe('fouusof;!');
    // Also where what ran lies between.
    expect(play(chain, 'fsc', [mark(0, 'succeeded')]).after).toBe('sso;!');
  });

  test('makes the edges count that others had implied', () => {
    const run = draw('a -> b -> c, a -> c');
    expect(run.whole).not.toBeNull();

    // b is as good as done, but a is not.
    expect(play(run, 'f.u', [mark(1, 'succeeded')]).after).toBe('fsu;!');
    expect(play(run, 'fsu;!', [mark(0, 'succeeded')]).after).toBe('sso;!');
    // In all that follows, too, and where b was left out beforehand.
    expect(play(run, 'os.;!', [failed(0)]).after).toBe('fsu;!');
    expect(play(run, 'op.', [failed(0)]).after).toBe('fpu');
  });
});

describe('starting failed segments over', () => {
  const run = draw('each -> b -> c', { each: { ...each, maxParallel: 4, delaySeconds: 5 } });

  test('takes as many as there is room for beside those under way, the rest goes before those in line', () => {
    expect(play(run, 'o..;0=10,1,2,6', [retrySegments(0, 2)], { now: 1_000 })).toEqual({
      after: 'o..;0=10,1,0,5',
      effects: [{ type: 'reopen', node: 0, parallel: 1, first: 5, all: false, at: 6_000 }],
      failure: null,
    });
    // More under way than may be: its limit was lowered meanwhile.
    expect(play(run, 'o..;0=10,0,1,8', [retrySegments(0, 1)]).effects).toMatchObject([
      { parallel: 0, first: 7 },
    ]);
  });

  test('of a fan-out that had ended makes everything behind it wait again, but for what was left out', () => {
    expect(play(run, 'fuu;0=3,2,1', [retrySegments(0, 1)])).toMatchObject({
      after: 'o..;0=3,2,0',
      effects: [{ type: 'reopen', parallel: 1, first: 3, all: false }],
    });
    expect(play(run, 'sps;0=3,2,1', [retrySegments(0, 1)]).after).toBe('opo;0=3,2,0');
  });

  test('of one that is still open leaves what runs beside it', () => {
    const beside = draw('each -> b', { each, b: { trigger: 'always' } });

    expect(play(beside, 'oo;0=3,1,1', [retrySegments(0, 1)])).toMatchObject({
      after: 'oo;0=3,1,0',
      effects: [{ type: 'reopen' }],
    });
  });

  test('does nothing where so many have not failed, or nothing is a fan-out', () => {
    for (const [before, node, count] of [
      ['o..;0=3,1,1', 0, 2],
      ['o..;0=3,1,1', 0, 0],
      ['so.;0=3,3,0', 1, 1],
    ] as const) {
      expect(play(run, before, [retrySegments(node, count)])).toEqual({
        after: before,
        effects: [],
        failure: null,
      });
    }
  });
});

describe('what ends a run', () => {
  const run = draw('a -> b, each', { each: { ...each, maxParallel: 2 } });
  const list = { input: { list: [1, 2, 3] } };

  test('cancels what is open and what has not begun', () => {
    expect(play(run, 'oo.;1=3,0,0,2', [{ type: 'cancel' }])).toEqual({
      after: 'ccc;1=3,0,0,2',
      effects: [
        { type: 'drop', node: 0 },
        { type: 'drop', node: 1 },
        { type: 'finish', status: 'cancelled', output: null },
      ],
      failure: null,
    });
  });

  test('is the time, too: then it has failed', () => {
    expect(play(run, 'so.;1=3,0,0', [{ type: 'expire', message: 'too long' }])).toMatchObject({
      after: 'scc;1=3,0,0',
      effects: [
        { type: 'drop', node: 1 },
        { type: 'finish', status: 'failed' },
      ],
      failure: { node: null, code: 'total_timeout', message: 'too long' },
    });
    // Even if nothing was left to do.
    expect(play(run, 'sss', [{ type: 'expire', message: 'too long' }]).effects).toMatchObject([
      { type: 'finish', status: 'failed' },
    ]);
  });

  test('stays what it was where a branch fails in the same step', () => {
    const stopping = draw('a, b', {}, { onTaskFailure: 'stop' });

    expect(play(stopping, 'oo', [{ type: 'cancel' }, failed(0)])).toMatchObject({
      after: 'fc',
      effects: [
        { type: 'drop', node: 1 },
        { type: 'finish', status: 'cancelled' },
      ],
    });
  });

  test('takes back a fan-out that opened in the same step: it never had a segment', () => {
    expect(play(run, '...', [{ type: 'start' }], list).effects).toMatchObject([
      { type: 'open' },
      { type: 'fan' },
    ]);
    const broken = draw(
      'a -> each, a -> broken',
      { each, broken: { input: '{{ input.nope.deeper }}' } },
      { onTaskFailure: 'stop' },
    );
    expect(play(broken, 'o..', [{ type: 'succeeded', node: 0 }], list)).toMatchObject({
      after: 'scf',
      effects: [{ type: 'record' }, { type: 'finish' }],
    });
  });

  test('takes back just what opened in the same step: what was open before is dropped', () => {
    const broken = { input: '{{ input.nope.deeper }}' };
    const stopping = draw('a, b -> c, b -> broken', { broken }, { onTaskFailure: 'stop' });

    expect(play(stopping, 'oo..', [{ type: 'succeeded', node: 1 }])).toMatchObject({
      after: 'cscf',
      effects: [{ type: 'record', node: 3 }, { type: 'drop', node: 0 }, { type: 'finish' }],
    });
    // One that was started over in it, too.
    const two = draw('a, broken', { broken }, { onTaskFailure: 'stop' });
    expect(play(two, 'o.', [restart(0)])).toMatchObject({
      after: 'cf',
      effects: [{ type: 'drop', node: 0 }, { type: 'record', node: 1 }, { type: 'finish' }],
    });
  });

  test('keeps in line the segments that it would have let go in the same step', () => {
    const stopping = draw('one, other', { one: each, other: each });

    expect(
      play(stopping, 'oo;0=5,0,0,2;1=5,0,0,2', [
        { type: 'succeeded', node: 0 },
        { type: 'succeeded', node: 0 },
        { type: 'succeeded', node: 1 },
        { type: 'cancel' },
      ]),
    ).toMatchObject({
      after: 'cc;0=5,2,0,2;1=5,1,0,2',
      effects: [
        { type: 'drop', node: 0 },
        { type: 'drop', node: 1 },
        { type: 'finish', status: 'cancelled' },
      ],
    });
  });

  test('leaves the releases of other fan-outs alone where only one is started over', () => {
    const two = draw('one, other', { one: each, other: { ...each, maxParallel: 2 } });

    expect(
      play(
        two,
        'oo;0=5,0,0,2;1=5,0,0,2',
        [{ type: 'succeeded', node: 0 }, { type: 'succeeded', node: 1 }, restart(0)],
        list,
      ),
    ).toMatchObject({
      after: 'oo;1=5,1,0,3;0=3,0,0',
      effects: [
        { type: 'drop', node: 0 },
        { type: 'forget', node: 0 },
        { type: 'fan', node: 0 },
        { type: 'release', node: 1, first: 2, count: 1 },
      ],
    });
  });

  test('leaves what a retry brings back unfinished, in line for another', () => {
    expect(play(run, 'sfs;1=9,3,6', [retry([1, 6]), { type: 'cancel' }])).toMatchObject({
      after: 'scs;1=9,3,0,3',
      effects: [
        { type: 'reopen', node: 1, parallel: 0, first: 3, all: true },
        { type: 'finish', status: 'cancelled' },
      ],
    });
    // Others of it may be under way: those go.
    const two = draw('each', { each: { ...each, maxParallel: 4 } });
    expect(play(two, 'o;0=9,2,3,6', [retrySegments(0, 3), { type: 'cancel' }])).toMatchObject({
      after: 'c;0=9,2,0,3',
      effects: [
        { type: 'reopen', node: 0, parallel: 0, first: 3, all: false },
        { type: 'drop', node: 0 },
        { type: 'finish', status: 'cancelled' },
      ],
    });
  });
});

describe('a run that goes on', () => {
  test('in another version judges everything that has not begun, by all edges', () => {
    const run = draw('a -> b -> c, a -> c');

    expect(play(run, 's..', [{ type: 'continue' }])).toMatchObject({
      after: 'so.;!',
      effects: [open(1)],
    });
    expect(play(run, '.ss;!', [{ type: 'continue' }]).after).toBe('oss;!');
  });

  test('begins behind what was left out from the start', () => {
    expect(play(draw('a -> b -> c, d'), 'p...', [{ type: 'start' }]).after).toBe('poo.');
    expect(kinds(play(draw('a -> b'), 'pp', [{ type: 'start' }]).effects)).toEqual(['finish']);
  });

  test('takes no report on what is not open', () => {
    const run = draw('a -> b');

    for (const before of ['so', 'fu', 'p.', 'cc']) {
      const { after, failure } = play(run, before, [failed(0), { type: 'succeeded', node: 0 }]);
      expect({ after, failure: failure?.message ?? null }).toEqual({
        after: before,
        failure: before === 'fu' ? '"a" had failed before' : null,
      });
    }
  });
});

describe('the leaves of a run', () => {
  test('decide how it ended: failed, never run because of a failure, or cancelled', () => {
    const run = draw('a -> b, c');
    const status = (before: string) => play(run, before, []).effects;

    // a, c, b
    expect(status('sss')).toMatchObject([{ status: 'succeeded' }]);
    expect(status('fsu')).toMatchObject([{ status: 'failed' }]);
    expect(status('sfs')).toMatchObject([{ status: 'failed' }]);
    expect(status('ssc')).toMatchObject([{ status: 'failed' }]);
    // What failed before a leaf that ran is made good.
    expect(status('fss')).toMatchObject([{ status: 'succeeded' }]);
  });

  test('may be tolerated, and then have not failed', () => {
    const run = draw('a, b', { a: { onFailure: 'continue' } });

    expect(play(run, 'fs', []).effects).toMatchObject([{ status: 'succeeded' }]);
    // The failure that counts is the other's.
    expect(play(run, 'ff', [])).toMatchObject({
      effects: [{ status: 'failed' }],
      failure: { node: 1, code: 'error', message: '"b" had failed before' },
    });
  });

  test('are those before what was left out', () => {
    const run = draw('a -> b -> c, a -> d');

    // a, b, d, c
    expect(play(run, 'sfsp', []).effects).toMatchObject([{ status: 'failed' }]);
    // d ran and answers for a.
    expect(play(run, 'fpsp', []).effects).toMatchObject([{ status: 'succeeded' }]);
    expect(play(run, 'fppp', []).effects).toMatchObject([{ status: 'failed' }]);
    // c ran, so what lies before it does not decide.
    expect(play(run, 'fpps', []).effects).toMatchObject([{ status: 'succeeded' }]);
  });
});
