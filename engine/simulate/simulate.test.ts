import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRIGGER_RULES, type Definition, type DefinitionNode } from '../definition.ts';
import { compilePlan } from '../plan/compile.ts';
import type { SimulationRequest } from './request.ts';
import { NOON, run, statuses, task, times } from './simulate.fixture.ts';
import { simulate } from './simulate.ts';

describe('a simulation', () => {
  test('tells when each node ran, the critical path, and how it all ends', () => {
    const answer = run(
      [
        { key: 'start', type: 'start' },
        task('a', { input: { id: '{{ object.id }}' } }),
        task('b'),
        task('c', { input: '{{ tasks.a.output + 1 }}' }),
      ],
      'start -> a, start -> b, a -> c, b -> c',
      {
        outcomes: { a: { seconds: 10, output: 4 }, b: { seconds: 3 }, c: { seconds: 2 } },
        objectId: 'tile-7',
      },
      { output: '{{ tasks.c.status }}' },
    );

    expect(answer).toMatchObject({ status: 'succeeded', seconds: 12, output: 'succeeded' });
    expect(times(answer)).toEqual([
      ['b', 0, 3],
      ['a', 0, 10],
      ['c', 10, 12],
    ]);
    expect(answer.criticalPath).toEqual({
      seconds: 12,
      nodes: [
        { key: 'a', from: 0, to: 10 },
        { key: 'c', from: 10, to: 12 },
      ],
    });
    expect(answer.nodes.map(({ key, input }) => [key, input])).toEqual([
      ['a', { id: 'tile-7' }],
      ['b', null],
      ['c', 5],
      ['start', null],
    ]);
  });

  test('tells which way a route went, and why what lies behind the others never ran', () => {
    const answer = run(
      [
        { key: 'r', type: 'route', cases: [{ key: 'big', when: 'input.size > 10' }] },
        task('a'),
        task('b'),
        task('c'),
      ],
      'r -big-> a, r -default-> b, a -> c',
      { input: { size: 3 } },
    );

    expect(statuses(answer)).toEqual(['r succeeded', 'a skipped', 'b succeeded', 'c skipped']);
    expect(answer.nodes.map(({ because }) => because)).toEqual([
      null,
      [{ node: 'r', status: 'succeeded', branch: 'big' }],
      null,
      [{ node: 'a', status: 'skipped', branch: null }],
    ]);
    expect(answer.nodes[0]?.branches).toEqual(['default']);
  });

  test('repeats a failure as the retry policy says', () => {
    const answer = run([task('a', { retry: { limit: 2, delaySeconds: 10 } })], 'a', {
      outcomes: { a: { failTimes: 2, seconds: 1 } },
    });

    expect(times(answer)).toEqual([
      ['a', 0, 1],
      ['a', 11, 12],
      ['a', 32, 33],
    ]);
    expect(answer.timeline.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'succeeded'],
    ]);
  });

  test('fails with the code and the message that were chosen, and tells what did not run because of it', () => {
    const answer = run([task('a'), task('b')], 'a -> b', {
      outcomes: { a: { outcome: 'failed', message: 'no disk' } },
    });

    expect(statuses(answer)).toEqual(['a failed', 'b upstream_failed']);
    expect(answer).toMatchObject({
      status: 'failed',
      error: { task: 'a', code: 'error', message: 'no disk' },
    });
  });

  test('names the position of an expression that cannot be evaluated', () => {
    const { nodes } = run([task('a', { input: 'no {{ input.size }}' })], 'a');

    expect(nodes[0]).toMatchObject({
      status: 'failed',
      error: { code: 'expression' },
      expressionError: { expression: 'input.size', start: 6, end: 10 },
    });
  });

  test('says which output was not given where an expression fails that reads it', () => {
    const script = { key: 'list', type: 'script', script: 'return [];' } as const;
    const nodes = [
      script,
      task('other'),
      task('each', {
        type: 'fanout',
        items: 'tasks.list.output',
        input: '{{ tasks.other.output }}',
      }),
    ];
    const ask = (request: SimulationRequest) => run(nodes, 'list -> each, other -> each', request);
    const error = {
      code: 'expression',
      message:
        'items must be a list, not null (in tasks.list.output, characters 0 to 17); the output of "list" was not given: choose one for it',
      notGiven: ['list'],
    };

    expect(ask({}).nodes[2]?.error).toEqual(error);
    expect(ask({}).error).toEqual({ task: 'each', ...error });
    expect(ask({ outcomes: { list: { output: [1] } } }).status).toBe('succeeded');
    expect(ask({ outcomes: { list: { output: 7 } } }).error).toMatchObject({ notGiven: [] });
  });

  test('says so too of what a wait waits for, and of the output of the workflow', () => {
    const wait = run(
      [task('a'), { key: 'w', type: 'wait', until: '{{ tasks.a.output }}' }],
      'a -> w',
    );
    const output = run([task('a')], 'a', {}, { output: '{{ tasks.a.output.size }}' });

    expect(wait.error).toMatchObject({ task: 'w', notGiven: ['a'] });
    expect(output.error).toMatchObject({ task: null, notGiven: ['a'] });
  });

  test('names no output that there cannot be', () => {
    const answer = run(
      [
        { key: 'r', type: 'route', cases: [{ key: 'big', when: 'false' }] },
        task('a'),
        task('b', { trigger: 'all_done', input: '{{ tasks.a.output.size }}' }),
      ],
      'r -big-> a, r -default-> b, a -> b',
    );

    expect(answer.nodes[2]?.error).toMatchObject({ code: 'expression', notGiven: [] });
  });

  test('keeps to delays, waits and windows', () => {
    const night = { from: '22:00', to: '06:00', timeZone: 'UTC' };
    const answer = run(
      [
        task('a', { delaySeconds: 60 }),
        { key: 'w', type: 'wait', seconds: 30 },
        task('b', { window: night }),
      ],
      'a -> w, w -> b',
    );

    expect(times(answer)).toEqual([
      ['a', 60, 61],
      ['w', 61, 91],
      ['b', 36_000, 36_001],
    ]);
  });

  test('lets no more segments run than the node and its work allow', () => {
    const fan = { type: 'fanout', items: 'range(5)' };
    const limited = run([task('each', { ...fan, maxParallel: 2 })], 'each');
    const slots = run([task('each', fan)], 'each', { works: { each: { maxConcurrent: 3 } } });

    expect([limited.seconds, slots.seconds]).toEqual([3, 2]);
    expect(times(slots).at(-1)).toEqual(['each_4', 1, 2]);
  });

  test('collects the outputs of segments, null for a failure that is tolerated', () => {
    const answer = run(
      [
        task('each', { type: 'fanout', items: 'range(3)', tolerance: { count: 1 } }),
        task('join', { input: '{{ tasks.each.output }}' }),
      ],
      'each -> join',
      { outcomes: { each: { output: 'ok', failedSegments: [1] } } },
    );

    expect(answer.nodes[1]?.input).toEqual(['ok', null, 'ok']);
    expect(answer.nodes[0]?.segments).toEqual({ total: 3, succeeded: 2, failed: 1 });
  });

  test('gives a signal its payload, or what holds when none comes in time', () => {
    const signal = { key: 's', type: 'signal', timeoutSeconds: 60, default: { by: 'nobody' } };
    const of = (seconds: number) =>
      run([signal as DefinitionNode], 's', {
        outcomes: { s: { seconds, output: { by: 'Ada' } } },
      });

    expect([of(5), of(90)].map(({ seconds, nodes }) => [seconds, nodes[0]?.output])).toEqual([
      [5, { by: 'Ada' }],
      [60, { by: 'nobody' }],
    ]);
  });

  test('ends by the timeouts of an attempt and of the whole run', () => {
    const attempt = run([task('a', { timeouts: { runSeconds: 5 } })], 'a', {
      defaults: { seconds: 9 },
    });
    const whole = run([task('a')], 'a', { defaults: { seconds: 9 } }, { timeoutSeconds: 4 });

    expect(attempt).toMatchObject({ status: 'failed', seconds: 5, error: { code: 'run_timeout' } });
    expect(whole).toMatchObject({ status: 'failed', seconds: 4, error: { code: 'total_timeout' } });
    expect(statuses(whole)).toEqual(['a cancelled']);
  });

  test('stops with a sentence when it takes more steps than allowed', () => {
    const answer = run([task('each', { type: 'fanout', items: 'range(500)' })], 'each', {
      maxSteps: 100,
    });

    expect(answer).toMatchObject({
      status: 'unfinished',
      stopped: 'It did not end within 100 steps.',
    });
  });

  test('of ten thousand segments over a limited work takes well under a second', () => {
    const answer = run([task('each', { type: 'fanout', items: 'range(10000)' })], 'each', {
      works: { each: { maxConcurrent: 100 } },
    });

    expect(answer).toMatchObject({ status: 'succeeded', seconds: 100 });
  });
});

const randomRequest = fc.record({
  nodes: fc.array(
    fc.record({
      rule: fc.constantFrom(...TRIGGER_RULES),
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      fanout: fc.boolean(),
      limit: fc.nat(3),
      outcome: fc.record({
        outcome: fc.constantFrom('succeeded' as const, 'failed' as const),
        seconds: fc.nat(100),
        failTimes: fc.nat(3),
      }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  seed: fc.nat(),
});

describe('any simulation', () => {
  test('ends, with every node settled and in order, and ends the same again', () => {
    fc.assert(
      fc.property(randomRequest, ({ nodes, seed }) => {
        const definition: Definition = {
          schemaVersion: 1,
          nodes: nodes.map(({ rule, fanout, limit }, index) =>
            task(`n${index}`, {
              trigger: rule,
              retry: { limit, delaySeconds: 1, jitter: 1 },
              ...(fanout && { type: 'fanout', items: 'range(4)', maxParallel: 2 }),
            }),
          ),
          edges: nodes.flatMap(({ parents }, index) =>
            index === 0
              ? []
              : [...new Set(parents.map((parent) => parent % index))].map((parent) => ({
                  from: `n${parent}`,
                  to: `n${index}`,
                })),
          ),
        };
        const request = {
          seed,
          outcomes: Object.fromEntries(nodes.map(({ outcome }, index) => [`n${index}`, outcome])),
        };
        const play = () => simulate(compilePlan(definition), request, NOON);
        const answer = play();

        expect(play()).toEqual(answer);
        expect(answer.stopped).toBeNull();
        for (const { status, openedAt, endedAt } of answer.nodes) {
          expect(['succeeded', 'failed', 'skipped', 'upstream_failed']).toContain(status);
          expect(endedAt).not.toBeNull();
          expect(endedAt).toBeGreaterThanOrEqual(openedAt ?? 0);
          expect(endedAt).toBeLessThanOrEqual(answer.seconds);
        }
        expect(answer.criticalPath.seconds).toBeLessThanOrEqual(answer.seconds);
      }),
      { numRuns: 300 },
    );
  });
});
