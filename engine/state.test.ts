import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countProgress, decodeState, encodeState, type NodeStatus, type State } from './state.ts';

const status = fc.constantFrom<NodeStatus[]>(
  'pending',
  'open',
  'passed',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
  'upstream_failed',
);
const count = fc.nat(100_000);

const state: fc.Arbitrary<State> = fc.record({
  touched: fc.boolean(),
  nodes: fc.array(status, { maxLength: 60 }),
  fanouts: fc
    .array(
      fc.tuple(
        fc.nat(60),
        fc.record({ total: count, succeeded: count, failed: count, made: count }),
      ),
    )
    .map((entries) => new Map(entries)),
  branches: fc
    .array(fc.tuple(fc.nat(60), fc.array(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/))))
    .map((entries) => new Map(entries)),
});

describe('the state text', () => {
  test('says all of a state: what was written is read again', () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(decodeState(encodeState(value))).toEqual(value);
      }),
    );
  });

  test('is short: one letter per node, and a few more per fan-out and route', () => {
    const text = encodeState({
      touched: false,
      nodes: ['succeeded', 'open', 'succeeded', 'skipped', 'pending'],
      fanouts: new Map([[1, { total: 40, succeeded: 12, failed: 1, made: 40 }]]),
      branches: new Map([[2, ['large']]]),
    });

    expect(text).toBe('sosk.;1=40,12,1;2>large');
    expect(countProgress(text)).toEqual({ total: 5, finished: 3, failed: 0, open: 1 });
    expect(decodeState('o;0=40,12,1,15').fanouts.get(0)).toMatchObject({ total: 40, made: 15 });
  });

  test('that nobody wrote is refused', () => {
    expect(() => decodeState('sxs')).toThrow('unknown node state "x"');
    expect(() => decodeState('ss;nonsense')).toThrow('unknown entry "nonsense"');
  });
});
