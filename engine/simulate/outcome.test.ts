import { describe, expect, test } from 'vitest';
import { run, statuses, task, times } from './simulate.fixture.ts';

describe('what was chosen', () => {
  test('for all holds for each node but where its own outcome says otherwise', () => {
    const answer = run([task('a'), task('b')], 'a -> b', {
      defaults: { seconds: 9, output: 'all' },
      outcomes: { a: { output: 'own' } },
    });

    expect(times(answer)).toEqual([
      ['a', 0, 9],
      ['b', 9, 18],
    ]);
    expect(answer.nodes.map(({ output }) => output)).toEqual(['own', 'all']);
  });

  test('of the context is merged into what there is when a node succeeds', () => {
    const answer = run([task('a'), task('b', { input: '{{ context }}' })], 'a -> b', {
      context: { kept: 1, gone: 2 },
      outcomes: { a: { context: { gone: null, more: { x: 3 } } } },
    });

    expect(answer.nodes[1]?.input).toEqual({ kept: 1, more: { x: 3 } });
  });

  test('of env stands over the definition', () => {
    const answer = run(
      [task('a', { input: '{{ env }}' })],
      'a',
      { env: { region: 'eu' } },
      { env: { region: 'us', size: 1 } },
    );

    expect(answer.nodes[0]?.input).toEqual({ region: 'eu', size: 1 });
  });

  test('of nodes leaves the others out, and they count as succeeded', () => {
    const answer = run([task('a'), task('b'), task('c')], 'a -> b, b -> c', { only: ['b'] });

    expect(statuses(answer)).toEqual(['a skipped', 'b succeeded', 'c skipped']);
    expect(answer).toMatchObject({ status: 'succeeded', seconds: 1 });
  });

  test('of retries holds for a work where the node has no policy of its own', () => {
    const policy = (limit: number) => ({ limit, delaySeconds: 1, backoff: 'fixed' as const });
    const answer = run([task('a'), task('b', { retry: policy(0) })], 'a, b', {
      works: { a: { retry: policy(2) }, b: { retry: policy(2) } },
      defaults: { outcome: 'failed' },
    });

    expect(answer.nodes.map(({ key, attempts }) => [key, attempts])).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
  });

  test('of no seed waits as long as jitter may take; a seed places it, each its own way', () => {
    const second = (seed?: number) =>
      run(
        [task('a', { retry: { limit: 9, delaySeconds: 100, backoff: 'fixed', jitter: 1 } })],
        'a',
        { outcomes: { a: { failTimes: 2 } }, ...(seed !== undefined && { seed }) },
      ).timeline.map(({ startedAt }) => startedAt);

    expect(second()).toEqual([0, 101, 202]);
    expect(second(1)).toEqual(second(1));
    expect(new Set([1, 2, 3, 4].map((seed) => String(second(seed)))).size).toBe(4);
    const [first = 0, next = 0, last = 0] = second(1);
    expect(next - first).not.toBeCloseTo(last - next, 1);
  });
});

describe('the timeouts of an attempt', () => {
  const timed = (
    timeouts: object,
    seconds: number,
    retry: object = { limit: 0 },
    more: object = {},
  ) => run([task('a', { timeouts, retry })], 'a', { outcomes: { a: { seconds, ...more } } });

  test('are no matter to one that ends in time, to the second', () => {
    expect(timed({ runSeconds: 5, totalSeconds: 5 }, 5)).toMatchObject({
      status: 'succeeded',
      seconds: 5,
    });
  });

  test('count for all attempts together where they say so, whichever comes first', () => {
    expect(timed({ runSeconds: 5, totalSeconds: 5 }, 6).error).toMatchObject({
      code: 'total_timeout',
    });
    expect(timed({ runSeconds: 4, totalSeconds: 5 }, 6).error).toMatchObject({
      code: 'run_timeout',
    });

    const retry = { limit: 9, delaySeconds: 1, backoff: 'fixed' };
    const answer = timed({ totalSeconds: 12 }, 4, retry, { outcome: 'failed' });
    expect(times(answer)).toEqual([
      ['a', 0, 4],
      ['a', 5, 9],
      ['a', 10, 12],
    ]);
    expect(answer.error).toMatchObject({
      code: 'total_timeout',
      message: 'it took longer than 12 s in all',
    });
  });

  test('are over at once for an attempt that begins behind them', () => {
    const retry = { limit: 9, delaySeconds: 20, backoff: 'fixed' };
    const answer = timed({ totalSeconds: 10 }, 4, retry, { outcome: 'failed' });

    expect(times(answer)).toEqual([
      ['a', 0, 4],
      ['a', 24, 24],
    ]);
  });
});

describe('a retry within a window', () => {
  test('begins when it opens', () => {
    const noonToTwo = { from: '12:00', to: '14:00', timeZone: 'UTC' };
    const answer = run(
      [
        task('a', {
          window: noonToTwo,
          retry: { limit: 1, delaySeconds: 7_200, maxSeconds: 7_200 },
        }),
      ],
      'a',
      { outcomes: { a: { failTimes: 1 } } },
    );

    // It failed at 12:00:01, and may begin at 14:00:01 or later: the next day at noon.
    expect(times(answer)).toEqual([
      ['a', 0, 1],
      ['a', 86_400, 86_401],
    ]);
  });
});

describe('a signal', () => {
  const of = (more: object, chosen: object) =>
    run([{ key: 's', type: 'signal', ...more }], 's', {
      outcomes: { s: chosen },
    });

  test('that comes at the last moment is taken', () => {
    expect(
      of({ timeoutSeconds: 60, default: 'late' }, { seconds: 60, output: 'here' }).nodes[0]?.output,
    ).toBe('here');
  });

  test('that does not come fails where nothing was to hold in its place', () => {
    expect(of({ timeoutSeconds: 60 }, { seconds: 61 })).toMatchObject({
      status: 'failed',
      seconds: 60,
      error: { code: 'run_timeout', message: 'no signal came in time' },
    });
  });

  test('of an approval says yes unless it was chosen to say no', () => {
    expect(of({ approval: true }, {}).nodes[0]).toMatchObject({
      status: 'succeeded',
      output: { approved: true },
    });
    expect(
      of({ approval: true }, { output: { approved: false, note: 'too dear' } }).error,
    ).toMatchObject({
      code: 'rejected',
      message: 'too dear',
    });
    expect(of({ approval: true }, { outcome: 'failed' }).error).toMatchObject({ code: 'rejected' });
  });
});

describe('an answer', () => {
  test('has no error where a failure was made good, and that of the first where several failed', () => {
    const good = run([task('a'), task('b', { trigger: 'all_done' })], 'a -> b', {
      outcomes: { a: { outcome: 'failed' } },
    });
    expect(good).toMatchObject({ status: 'succeeded', error: null });

    const lost = run([task('a'), task('b')], 'a, b', {
      defaults: { outcome: 'failed' },
      outcomes: { a: { seconds: 2 } },
    });
    expect(lost).toMatchObject({ status: 'failed', error: { task: 'b' } });
  });

  test('of a fan-out over nothing is an empty list', () => {
    const answer = run(
      [task('f', { type: 'fanout', items: '[]' }), task('b', { input: '{{ tasks.f.output }}' })],
      'f -> b',
    );

    expect(answer.nodes.map(({ output, input }) => [input, output])).toEqual([
      [null, []],
      [[], null],
    ]);
  });

  test('of a fan-out with few at a time gives each segment its own input', () => {
    const answer = run(
      [
        task('f', { type: 'fanout', items: '[1, 2, 3]', input: '{{ item }}', maxParallel: 2 }),
        task('b', { input: '{{ tasks.f.output }}' }),
      ],
      'f -> b',
    );

    expect(times(answer).slice(0, 3)).toEqual([
      ['f_0', 0, 1],
      ['f_1', 0, 1],
      ['f_2', 1, 2],
    ]);
  });

  test('says so where all its steps were taken, and not where the last of them ended it', () => {
    const two = [task('a'), task('b')];
    expect(run(two, 'a -> b', { maxSteps: 3 })).toMatchObject({ status: 'succeeded', steps: 3 });
    expect(run(two, 'a -> b', { maxSteps: 2 })).toMatchObject({
      status: 'unfinished',
      steps: 2,
      seconds: 1,
    });
  });
});
