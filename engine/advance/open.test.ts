import { describe, expect, test } from 'vitest';
import { advance, type EngineEvent, type Facts } from '../advance.ts';
import type { Json } from '../json.ts';
import { decodeState } from '../state.ts';
import { parseMoment } from '../window.ts';
import { draw, FACTS, failed, play } from './advance.fixture.ts';

const START: readonly EngineEvent[] = [{ type: 'start' }];
const at = (text: string) => parseMoment(text) ?? Number.NaN;
const NOON = at('2026-11-21T12:00:00Z');

/** What becomes of a single node `n` at noon. */
const begin = (node: object, facts: Partial<Facts> = {}) =>
  play(draw('n', { n: node }), '.', START, { now: NOON, ...facts });

describe('a node whose turn has come', () => {
  test.each([
    { type: 'task', work: 'w' },
    { type: 'http', submit: { url: 'https://service.example' } },
    { type: 'script', script: 'return 1;' },
    { type: 'notify', url: 'https://service.example' },
  ])('of type $type is made a live task', (node) => {
    expect(begin({ ...node, input: '{{ input.size + 1 }}' }, { input: { size: 1 } })).toEqual({
      after: 'o',
      effects: [
        {
          type: 'open',
          node: 0,
          input: 2,
          at: null,
        },
      ],
      failure: null,
    });
  });

  test('begins when its delay is over and its window is open', () => {
    const night = { from: '22:00', to: '04:00', timeZone: 'UTC' };
    const noon = { from: '12:00', to: '13:00', timeZone: 'UTC' };
    const opens = (more: object) => begin(more).effects;

    expect(opens({ delaySeconds: 60 })).toMatchObject([{ at: NOON + 60_000 }]);
    expect(opens({ window: night })).toMatchObject([{ at: at('2026-11-21T22:00:00Z') }]);
    expect(opens({ window: noon })).toMatchObject([{ at: null }]);
    expect(opens({ window: noon, delaySeconds: 3_600 })).toMatchObject([
      { at: at('2026-11-22T12:00:00Z') },
    ]);
  });

  test('fails with its expression and the place in it if that cannot be evaluated', () => {
    expect(begin({ input: { a: '{{ input.nope.deeper }}' } })).toMatchObject({
      after: 'f',
      effects: [
        { type: 'record', node: 0, outcome: 'failed', code: 'expression' },
        { type: 'finish', status: 'failed' },
      ],
      failure: {
        node: 0,
        code: 'expression',
        message: expect.stringMatching(
          /"nope" is not in input.* \(in input\.nope\.deeper, characters 6 to 10\)$/,
        ),
      },
    });
  });

  test('asks for outputs of what has succeeded only, and not for those that it was given', () => {
    const run = draw('a -> c, b -> c', {
      c: { trigger: 'all_done', input: ['{{ tasks.a }}', '{{ tasks.b }}'] },
    });
    const events: EngineEvent[] = [{ type: 'succeeded', node: 0 }, failed(1)];
    const outputs = new Map<number, Json>([[0, null]]);

    expect(advance(run, decodeState('oo.'), events, FACTS)).toEqual({
      type: 'needs',
      nodes: [0],
      signals: false,
    });
    expect(play(run, 'oo.', events, { outputs }).effects).toMatchObject([
      {
        input: [
          { output: null, status: 'succeeded' },
          { output: null, status: 'failed' },
        ],
      },
    ]);
  });
});

describe('a wait', () => {
  const wait = (more: object, input: Facts['input'] = {}) =>
    begin({ type: 'wait', ...more }, { input });
  const until = (text: string) => ({
    after: 'o',
    effects: [{ type: 'open', input: null, at: at(text) }],
  });
  const over = { after: 's', effects: [{ type: 'finish', status: 'succeeded' }] };

  test('for so many seconds, written down or computed', () => {
    expect(wait({ seconds: 90 })).toMatchObject(until('2026-11-21T12:01:30Z'));
    expect(wait({ seconds: '{{ input.n * 2 }}' }, { n: 45 })).toMatchObject(
      until('2026-11-21T12:01:30Z'),
    );
    expect(wait({ seconds: 0 })).toMatchObject(over);
    expect(wait({ seconds: 31_536_000 })).toMatchObject(until('2027-11-21T12:00:00Z'));
  });

  test('until a moment; one that has passed is over', () => {
    expect(wait({ until: '2026-11-21T18:00:00+01:00' })).toMatchObject(
      until('2026-11-21T17:00:00Z'),
    );
    expect(wait({ until: '{{ input.at }}' }, { at: '2026-11-21T12:00:00Z' })).toMatchObject(over);
  });

  test('for a window, alone or after the time that it waits', () => {
    const window = { from: '11:00', to: '13:00', timeZone: 'UTC' };

    expect(wait({ window })).toMatchObject(over);
    expect(wait({ window: { ...window, from: '12:30' } })).toMatchObject(
      until('2026-11-21T12:30:00Z'),
    );
    expect(wait({ window, seconds: 7_200 })).toMatchObject(until('2026-11-22T11:00:00Z'));
    expect(wait({ window, until: '2026-11-21T14:00:00Z' })).toMatchObject(
      until('2026-11-22T11:00:00Z'),
    );
  });

  test.each([
    [{ seconds: '{{ input.n }}' }, -1, 'must be a number of seconds from 0 to 31536000, not -1'],
    [{ seconds: '{{ input.n }}' }, 31_536_001, 'from 0 to 31536000, not 31536001'],
    [{ seconds: '{{ input.n }}' }, '5', 'not "5" (in {{ input.n }}, characters 0 to 13)'],
    [{ until: '{{ input.n }}' }, 5, 'must be a time such as 2026-11-21T08:00:00Z, not 5'],
    [{ until: '{{ input.n }}' }, 'soon', 'not "soon"'],
    [{ until: '{{ input.n }}' }, 'x'.repeat(200), `not "${'x'.repeat(99)} (in`],
    [{ until: '{{ input.nope }}' }, 5, '"nope" is not in input'],
  ])('for %o where n is %o fails', (more, n, message) => {
    const { after, failure } = wait(more, { n });

    expect(after).toBe('f');
    expect(failure?.code).toBe('expression');
    expect(failure?.message).toContain(message);
  });
});

describe('a signal', () => {
  const signal = (more: object = {}) => ({ type: 'signal', signal: 'go', ...more });
  const came = (id: string, name: string, payload: Json) => ({ id, name, payload });

  test('is waited for until it is given up, or for ever', () => {
    expect(begin(signal({ timeoutSeconds: 60, prompt: 'Go?', default: 1 })).effects).toEqual([
      {
        type: 'open',
        node: 0,
        input: { signal: 'go', approval: false, prompt: 'Go?', default: 1 },
        at: NOON + 60_000,
      },
    ]);
    expect(begin(signal()).effects).toMatchObject([{ type: 'open', at: null }]);
  });

  test('whose prompt cannot be made fails', () => {
    expect(begin(signal({ prompt: '{{ input.nope }}' })).failure?.code).toBe('expression');
  });

  test('may have come early, which has to be known', () => {
    expect(
      advance(draw('n', { n: signal() }), decodeState('.'), START, { ...FACTS, signals: null }),
    ).toEqual({ type: 'needs', nodes: [], signals: true });
  });

  test('that came early is taken, and its payload is the output of its node', () => {
    const run = draw('n -> after', { n: signal(), after: { input: '{{ tasks.n.output }}' } });
    const signals = [came('1', 'stop', 1), came('2', 'go', 2), came('3', 'go', 3)];

    expect(play(run, '..', START, { signals })).toEqual({
      after: 'so',
      effects: [
        { type: 'consume', node: 0, signal: '2' },
        { type: 'record', node: 0, outcome: 'succeeded', output: 2 },
        { type: 'open', node: 1, input: 2, at: null },
      ],
      failure: null,
    });
  });

  test('is taken by one node only', () => {
    const run = draw('one, other, third', { one: signal(), other: signal(), third: signal() });
    const signals = [came('1', 'go', 1), came('2', 'go', 2)];

    const { after, effects } = play(run, '...', START, { signals });
    expect(after).toBe('sso');
    expect(effects.filter(({ type }) => type === 'consume')).toEqual([
      { type: 'consume', node: 0, signal: '1' },
      { type: 'consume', node: 1, signal: '2' },
    ]);
  });

  test('that cannot be an approval is passed over; one that says no fails its node', () => {
    const asked = signal({ approval: true });
    const no = came('3', 'go', { approved: false, note: 'not today' });

    expect(begin(asked, { signals: [came('1', 'go', 'yes')] }).after).toBe('o');
    expect(begin(asked, { signals: [came('1', 'go', 'yes'), no] })).toEqual({
      after: 'f',
      effects: [
        { type: 'consume', node: 0, signal: '3' },
        { type: 'record', node: 0, outcome: 'failed', code: 'rejected', message: 'not today' },
        { type: 'finish', status: 'failed', output: null },
      ],
      failure: { node: 0, code: 'rejected', message: 'not today' },
    });
  });

  test.each([
    [{ approved: true }, 's'],
    [{ approved: false, note: '' }, 'f'],
    [{ approved: 'true' }, 'o'],
    [{ note: 'well' }, 'o'],
    [null, 'o'],
  ])('of an approval saying %o leaves its node %s', (payload, after) => {
    const answer = begin(signal({ approval: true }), { signals: [came('1', 'go', payload)] });

    expect(answer.after).toBe(after);
    expect(answer.failure?.message ?? null).toBe(after === 'f' ? 'not approved' : null);
  });
});

describe('a fan-out', () => {
  const each = { type: 'fanout', work: 'w', items: 'input.list' };
  const fan = (more: object, list: Json[]) => begin({ ...each, ...more }, { input: { list } });

  test('gives every segment its item, its index and what else its template names', () => {
    expect(
      fan({ input: { of: '{{ object.id }}', is: '{{ item + index }}' } }, [10, 20]).effects,
    ).toMatchObject([
      {
        type: 'fan',
        inputs: [
          { of: 'o', is: 10 },
          { of: 'o', is: 21 },
        ],
        parallel: 2,
        at: null,
      },
    ]);
  });

  test('lets as many go as it may, one by one if it says so', () => {
    expect(fan({ maxParallel: 1 }, [1, 2]).effects).toMatchObject([{ parallel: 1 }]);
    expect(fan({ maxParallel: 0 }, [1, 2]).effects).toMatchObject([{ parallel: 2 }]);
  });

  test('waits for its delay', () => {
    expect(fan({ delaySeconds: 9 }, [1]).effects).toMatchObject([{ at: NOON + 9_000 }]);
  });

  test('fails as a whole where the template of a segment does, and says of which', () => {
    expect(fan({ input: '{{ item.name }}' }, [{ name: 'x' }, {}])).toMatchObject({
      after: 'f',
      effects: [{ type: 'record', outcome: 'failed', code: 'expression' }, { type: 'finish' }],
      failure: {
        message: expect.stringMatching(/^segment 1: .* \(in item\.name, characters 5 to 9\)$/),
      },
    });
  });

  test('asks for the outputs that its template names', () => {
    const run = draw('a -> each', { each: { ...each, input: '{{ tasks.a.output }}' } });
    const facts = { ...FACTS, input: { list: [1] } };

    expect(advance(run, decodeState('s.'), [{ type: 'continue' }], facts)).toEqual({
      type: 'needs',
      nodes: [0],
      signals: false,
    });
  });

  test('fails if its list cannot be read, or is longer than any should be', () => {
    expect(begin(each).failure?.message).toContain('"list" is not in input');
    expect(
      fan(
        {},
        Array.from({ length: 100_000 }, () => 1),
      ).after,
    ).toBe('o;0=100000,0,0');
    expect(
      fan(
        {},
        Array.from({ length: 100_001 }, () => 1),
      ).failure?.message,
    ).toContain('100001 items are more than the 100000 allowed');
  });

  test('says what its last failed segment said, if that came last', () => {
    const run = draw('each', { each });
    const timedOut: EngineEvent = { type: 'failed', node: 0, code: 'run_timeout', message: 'slow' };

    expect(play(run, 'o;0=2,1,0', [timedOut]).failure).toEqual({
      node: 0,
      code: 'run_timeout',
      message: '1 of 2 segments failed; the last: slow',
    });
    expect(play(run, 'o;0=2,0,1', [{ type: 'succeeded', node: 0 }]).failure).toEqual({
      node: 0,
      code: 'error',
      message: '1 of 2 segments failed',
    });
  });

  test('rounds what it tolerates down', () => {
    const run = draw('each', { each: { ...each, tolerance: { percent: 50 } } });

    expect(play(run, 'o;0=3,1,1', [failed(0)]).after).toBe('f;0=3,1,2');
    expect(play(run, 'o;0=3,2,0', [failed(0)]).after).toBe('s;0=3,2,1');
  });

  test('lets one segment go for each that ends, while any is in line', () => {
    const run = draw('each', { each: { ...each, maxParallel: 2 } });

    expect(play(run, 'o;0=4,0,0,2', [failed(0)])).toEqual({
      after: 'o;0=4,0,1,3',
      effects: [{ type: 'release', node: 0, first: 2, count: 1 }],
      failure: null,
    });
    expect(play(run, 'o;0=4,0,2', [failed(0)])).toEqual({
      after: 'o;0=4,0,3',
      effects: [],
      failure: null,
    });
  });
});

describe('a route', () => {
  test('whose condition is a list or nothing says so', () => {
    const route = (when: string) => begin({ type: 'route', cases: [{ key: 'x', when }] });

    expect(route('[1]').failure?.message).toContain('must be true or false, not a list');
    expect(route('null').failure?.message).toContain('must be true or false, not null');
    expect(route('input.nope.x').failure?.message).toContain('"nope" is not in input');
  });
});

test('a mark succeeds by itself', () => {
  const run = draw(
    'first -> a -> last',
    { first: { type: 'start' }, a: { input: '{{ tasks.first.status }}' }, last: { type: 'end' } },
    { output: '{{ tasks.last.status }}' },
  );

  expect(play(run, '...', START)).toMatchObject({
    after: 'so.',
    effects: [{ input: 'succeeded' }],
  });
  expect(play(run, 'so.', [{ type: 'succeeded', node: 1 }]).effects).toMatchObject([
    { type: 'finish', output: 'succeeded' },
  ]);
});

describe('the output of a run', () => {
  const run = draw('a', {}, { output: { from: '{{ tasks.a.output }}' } });
  const events: EngineEvent[] = [{ type: 'succeeded', node: 0 }];

  test('is made when it ends, of outputs that are asked for', () => {
    expect(advance(run, decodeState('o'), events, FACTS)).toMatchObject({ nodes: [0] });
    expect(play(run, 'o', events, { outputs: new Map([[0, 7]]) }).effects).toEqual([
      { type: 'finish', status: 'succeeded', output: { from: 7 } },
    ]);
  });

  test('that cannot be made fails it', () => {
    const broken = draw('a', {}, { output: '{{ input.nope }}' });

    expect(play(broken, 'o', events)).toMatchObject({
      after: 's',
      effects: [{ type: 'finish', status: 'failed', output: null }],
      failure: {
        node: null,
        code: 'expression',
        message: expect.stringMatching(/^output of the workflow: .* \(in input\.nope\)$/),
      },
    });
  });
});
