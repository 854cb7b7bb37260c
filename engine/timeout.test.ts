import { describe, expect, test } from 'vitest';
import { judgeTimeout, type DueTask } from './timeout.ts';

const dispatched: DueTask = {
  status: 'dispatched',
  delivering: false,
  firstAt: 0,
  dispatchedAt: 1_000,
  startedAt: null,
  dispatchSeconds: 10,
  dispatchMode: 'overtaken',
  runSeconds: 60,
  heartbeatSeconds: null,
  totalSeconds: null,
  overtakenAt: null,
};
const NOW = 20_000;

describe('a hand-out whose start was not heard', () => {
  test('may still wait in a queue, unless a later one has started', () => {
    expect(judgeTimeout(dispatched, NOW)).toEqual({ type: 'wait', until: NOW + 10_000 });
    expect(judgeTimeout({ ...dispatched, overtakenAt: 999 }, NOW)).toMatchObject({ type: 'wait' });
    // Handed out in the same moment: neither is later.
    expect(judgeTimeout({ ...dispatched, overtakenAt: 1_000 }, NOW)).toMatchObject({
      type: 'wait',
    });
    expect(judgeTimeout({ ...dispatched, overtakenAt: 1_001 }, NOW)).toMatchObject({
      type: 'fail',
      code: 'dispatch_timeout',
    });
  });

  test('is looked at again soon, but not every second', () => {
    const until = (dispatchSeconds: number | null) =>
      judgeTimeout({ ...dispatched, dispatchSeconds }, NOW);

    expect(until(600)).toEqual({ type: 'wait', until: NOW + 15_000 });
    // It was due by another limit, which has been raised.
    expect(until(null)).toEqual({ type: 'wait', until: NOW + 15_000 });
  });

  test('is lost by the plain clock in absolute mode', () => {
    expect(judgeTimeout({ ...dispatched, dispatchMode: 'absolute' }, NOW)).toMatchObject({
      code: 'dispatch_timeout',
    });
  });

  test('is sent again if it was a push without an answer', () => {
    expect(judgeTimeout({ ...dispatched, delivering: true }, NOW)).toEqual({ type: 'redeliver' });
  });
});

describe('a running task', () => {
  const running: DueTask = { ...dispatched, status: 'running', startedAt: 2_000 };

  test('ran too long, or gave no sign of life', () => {
    expect(judgeTimeout(running, 62_000)).toMatchObject({ code: 'run_timeout' });
    expect(judgeTimeout(running, 61_999)).toEqual({ type: 'wait', until: 62_000 });
    expect(judgeTimeout({ ...running, heartbeatSeconds: 5 }, 30_000)).toMatchObject({
      code: 'heartbeat_timeout',
    });
  });

  test('runs on where its work has raised the limit meanwhile', () => {
    expect(judgeTimeout(running, 30_000)).toEqual({ type: 'wait', until: 62_000 });
    expect(judgeTimeout({ ...running, totalSeconds: 50 }, 30_000)).toEqual({
      type: 'wait',
      until: 50_000,
    });
    expect(judgeTimeout({ ...running, runSeconds: null }, 30_000)).toEqual({
      type: 'wait',
      until: 45_000,
    });
  });

  test('fails by its total timeout first, also while it waits for its next attempt', () => {
    expect(judgeTimeout({ ...running, totalSeconds: 15 }, 62_000)).toMatchObject({
      code: 'total_timeout',
    });
    expect(judgeTimeout({ ...dispatched, status: 'ready', totalSeconds: 15 }, NOW)).toMatchObject({
      code: 'total_timeout',
    });
    // What nobody was ever handed has used none of it.
    expect(
      judgeTimeout({ ...dispatched, status: 'ready', firstAt: null, totalSeconds: 15 }, NOW),
    ).toEqual({ type: 'wait', until: NOW + 15_000 });
  });
});
