import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, type EngineEvent } from './advance.ts';
import { FACTS, kinds, program, start, step, task } from './advance/advance.fixture.ts';
import { TRIGGER_RULES, type Definition, type DefinitionNode } from './definition.ts';
import type { Json } from './json.ts';
import { emptyState } from './state.ts';

describe('a route', () => {
  const routed = (mode: 'first' | 'all') =>
    program(
      [
        {
          key: 'route',
          type: 'route',
          mode,
          cases: [
            { key: 'big', when: 'input.size > 10' },
            { key: 'huge', when: 'input.size > 100' },
          ],
        },
        task('a'),
        task('b'),
        task('c'),
        task('join', { trigger: 'none_failed_min_one_success' }),
      ],
      [
        { from: 'route', to: 'a', branch: 'big' },
        { from: 'route', to: 'b', branch: 'huge' },
        { from: 'route', to: 'c', branch: 'default' },
        ...['a', 'b', 'c'].map((from) => ({ from, to: 'join' })),
      ],
    );

  test.each([
    ['first', 500, ['open', 'skipped', 'skipped']],
    ['all', 500, ['open', 'open', 'skipped']],
    ['all', 50, ['open', 'skipped', 'skipped']],
    ['first', 5, ['skipped', 'skipped', 'open']],
  ] as const)('%s, size %i', (mode, size, expected) => {
    const { state } = start(routed(mode), { input: { size } });

    expect(state.nodes.slice(1, 4)).toEqual(expected);
  });

  test('whose condition cannot be evaluated fails with the expression and the position named', () => {
    const { failure, effects, state } = start(routed('first'), { input: {} });

    expect(failure).toMatchObject({ code: 'expression' });
    expect(failure?.message).toContain('input.size > 10');
    expect(kinds(effects)).toEqual(['record', 'finish']);
    expect(state.nodes).toEqual([
      'failed',
      'upstream_failed',
      'upstream_failed',
      'upstream_failed',
      'upstream_failed',
    ]);
  });

  test('whose condition is not true or false fails', () => {
    const run = program([{ key: 'r', type: 'route', cases: [{ key: 'x', when: '1 + 1' }] }], []);

    expect(start(run).failure?.message).toContain('must be true or false, not a number');
  });
});

describe('a fan-out', () => {
  const fan = (more: object = {}) =>
    program(
      [task('each', { type: 'fanout', items: 'input.list', ...more }), task('after')],
      [{ from: 'each', to: 'after' }],
    );

  test('over an empty list succeeds at once', () => {
    const { state, effects } = start(fan(), { input: { list: [] } });

    expect(state.nodes).toEqual(['succeeded', 'open']);
    expect(kinds(effects)).toEqual(['open']);
  });

  test('over something else than a list fails', () => {
    expect(start(fan(), { input: { list: 3 } }).failure?.message).toContain(
      'must be a list, not a number',
    );
  });

  test('lets as many segments go as have ended, in one effect', () => {
    const run = fan({ maxParallel: 2 });
    const { state, effects } = start(run, { input: { list: [1, 2, 3, 4, 5] } });
    expect(effects).toMatchObject([{ type: 'fan', parallel: 2 }]);

    const next = step(run, state, [
      { type: 'succeeded', node: 0 },
      { type: 'failed', node: 0, code: 'error', message: 'no' },
    ]);
    expect(next.effects).toEqual([{ type: 'release', node: 0, first: 2, count: 2 }]);
  });

  test.each([
    [{ count: 1 }, 1, 'succeeded'],
    [{ count: 1 }, 2, 'failed'],
    [{ percent: 50 }, 2, 'succeeded'],
    [{ percent: 50 }, 3, 'failed'],
    [{}, 1, 'failed'],
  ])('tolerating %o survives %i of 4 failures or not', (tolerance, failures, expected) => {
    const run = fan({ tolerance });
    const { state } = start(run, { input: { list: [1, 2, 3, 4] } });
    const events = Array.from({ length: 4 }, (_, index): EngineEvent =>
      index < failures
        ? { type: 'failed', node: 0, code: 'error', message: 'no' }
        : { type: 'succeeded', node: 0 },
    );

    expect(step(run, state, events).state.nodes[0]).toBe(expected);
  });
});

describe('an expression that reads an output', () => {
  const run = program(
    [task('a'), task('b', { input: { from: '{{ tasks.a.output }}' } })],
    [{ from: 'a', to: 'b' }],
  );

  test('asks for it when it is not among the facts, and decides nothing', () => {
    const { state } = start(run);
    const events: EngineEvent[] = [{ type: 'succeeded', node: 0 }];

    expect(advance(run, state, events, FACTS)).toEqual({
      type: 'needs',
      nodes: [0],
      signals: false,
    });
    expect(step(run, state, events, { outputs: new Map<number, Json>([[0, 7]]) }).effects).toEqual([
      { type: 'open', node: 1, input: { from: 7 }, at: null },
    ]);
  });
});

describe('a failure', () => {
  const forked = (more: Partial<Definition>, first: object = {}) =>
    program([task('a', first), task('b'), task('after')], [{ from: 'a', to: 'after' }], more);

  test('lets the other branches end, then fails the run', () => {
    const run = forked({});
    const { state } = start(run);
    const failed = step(run, state, [{ type: 'failed', node: 0, code: 'error', message: 'no' }]);
    expect(kinds(failed.effects)).toEqual([]);
    expect(failed.state.nodes).toEqual(['failed', 'open', 'upstream_failed']);

    const ended = step(run, failed.state, [{ type: 'succeeded', node: 1 }]);
    expect(ended.effects).toEqual([{ type: 'finish', status: 'failed', output: null }]);
  });

  test('stops the other branches at once where the workflow says so', () => {
    const run = forked({ onTaskFailure: 'stop' });
    const { state, effects } = step(run, start(run).state, [
      { type: 'failed', node: 0, code: 'error', message: 'no' },
    ]);

    expect(effects).toEqual([
      { type: 'drop', node: 1 },
      { type: 'finish', status: 'failed', output: null },
    ]);
    expect(state.nodes).not.toContain('open');
  });

  test('that stops the run takes back what opened in the same step', () => {
    const run = program(
      [task('a'), task('b'), task('c', { input: '{{ input.nope.deeper }}' })],
      [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c' },
      ],
      { onTaskFailure: 'stop' },
    );
    const { state, effects } = step(run, start(run).state, [{ type: 'succeeded', node: 0 }]);

    expect(kinds(effects)).toEqual(['record', 'finish']);
    expect(state.nodes).toEqual(['succeeded', 'cancelled', 'failed']);
  });

  test('that is skipped over counts as a success for what follows', () => {
    const run = forked({}, { onFailure: 'continue' });
    const next = step(run, start(run).state, [
      { type: 'failed', node: 0, code: 'error', message: 'no' },
      { type: 'succeeded', node: 1 },
    ]);
    expect(next.state.nodes).toEqual(['failed', 'succeeded', 'open']);
    expect(next.failure).toBeNull();

    expect(step(run, next.state, [{ type: 'succeeded', node: 2 }]).effects).toMatchObject([
      { type: 'finish', status: 'succeeded' },
    ]);
  });
});

/** Random DAGs: each node may depend on any before it; all rules; fan-outs among them. */
const randomProgram = fc
  .array(
    fc.record({
      rule: fc.constantFrom(...TRIGGER_RULES),
      fanout: fc.option(fc.nat(4), { nil: null }),
      route: fc.boolean(),
      parents: fc.array(fc.nat(), { maxLength: 4 }),
      tolerated: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((drawn) => {
    const isRoute = (index: number) =>
      drawn[index]?.route === true && drawn[index]?.fanout === null;
    const nodes = drawn.map(({ rule, fanout, tolerated }, index): DefinitionNode => {
      const common = { key: `n${index}`, trigger: rule };
      if (isRoute(index)) {
        return {
          ...common,
          type: 'route',
          cases: [{ key: 'odd', when: `${index} % 2 == 1` }],
        };
      }
      return task(`n${index}`, {
        trigger: rule,
        onFailure: tolerated ? 'continue' : 'fail',
        ...(fanout === null ? {} : { type: 'fanout', items: `range(${fanout})`, maxParallel: 2 }),
      });
    });
    const edges = drawn.flatMap(({ parents }, index) =>
      index === 0
        ? []
        : [...new Set(parents.map((parent) => parent % index))].map((from) => ({
            from: `n${from}`,
            to: `n${index}`,
            ...(isRoute(from) ? { branch: index % 2 ? 'odd' : 'default' } : {}),
          })),
    );
    return program(nodes, edges);
  });

describe('on any DAG, with any outcomes in any order', () => {
  test('every node ends, each opens at most once, duplicates change nothing, and the run ends when nothing is open', () => {
    fc.assert(
      fc.property(randomProgram, fc.infiniteStream(fc.nat()), (run, choices) => {
        const choose = (most: number) => Number(choices.next().value ?? 0) % most;
        const opened = new Map<number, number>();
        const live: number[] = [];
        let { state, effects } = start(run);

        for (;;) {
          for (const effect of effects) {
            if (effect.type === 'open' || effect.type === 'fan') {
              opened.set(effect.node, (opened.get(effect.node) ?? 0) + 1);
              const count = effect.type === 'fan' ? effect.inputs.length : 1;
              live.push(...Array.from({ length: count }, () => effect.node));
            }
          }
          const finished = effects.some(({ type }) => type === 'finish');
          expect(finished).toBe(live.length === 0);
          expect(finished).toBe(!state.nodes.includes('open'));
          if (finished) {
            break;
          }

          const [node = 0] = live.splice(choose(live.length), 1);
          const event: EngineEvent = choose(3)
            ? { type: 'succeeded', node }
            : { type: 'failed', node, code: 'error', message: 'no' };
          ({ state, effects } = step(run, state, [event]));
        }

        expect([...opened.values()].every((count) => count === 1)).toBe(true);
        expect(state.nodes).not.toContain('pending');
        const again = step(
          run,
          state,
          [...opened.keys()].map((node) => ({ type: 'succeeded', node })),
        );
        expect(again.state).toEqual(state);
      }),
      { numRuns: 500 },
    );
  });

  test('the order of independent reports within a batch does not matter', () => {
    fc.assert(
      fc.property(randomProgram, (run) => {
        const { state, effects } = start(run);
        const nodes = effects.flatMap((effect) => (effect.type === 'open' ? [effect.node] : []));
        const events = nodes.map((node): EngineEvent =>
          node % 3
            ? { type: 'succeeded', node }
            : { type: 'failed', node, code: 'error', message: 'no' },
        );

        const forwards = step(run, state, events).state;
        const backwards = step(run, state, events.toReversed()).state;
        const singly = events.reduce((before, event) => step(run, before, [event]).state, state);
        expect(backwards).toEqual(forwards);
        // One by one a rule that fires early may open what a batch would have skipped; without those it is the same.
        if (run.plan.nodes.every(({ trigger }) => !trigger.startsWith('one_'))) {
          expect(singly).toEqual(forwards);
        }
      }),
    );
  });
});

test('a node whose failure nothing behind it answers for decides about the run, though what lies behind was passed', () => {
  const run = program([task('a'), task('b')], [{ from: 'a', to: 'b' }]);
  const state = emptyState(2);
  state.nodes[1] = 'passed';
  const begun = step(run, state, [{ type: 'start' }]);
  const failed = step(run, begun.state, [
    { type: 'failed', node: 0, code: 'error', message: 'it broke' },
  ]);

  expect(failed.effects).toMatchObject([{ type: 'finish', status: 'failed' }]);
});
