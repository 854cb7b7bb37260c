import { expect, test } from 'vitest';
import type { TaskStatus } from '#engine/states.ts';
import { ticks, timelineOf } from './timeline.ts';

const T0 = Date.UTC(2026, 10, 21, 8);

function task(key: string, status: TaskStatus, start: number | null, end: number | null) {
  const at = (seconds: number | null) =>
    seconds === null ? null : new Date(T0 + seconds * 1_000).toISOString();
  return { key, status, startedAt: at(start), finishedAt: at(end) };
}

function edges(text: string) {
  return text.split(', ').map((line) => {
    const [from = '', to = ''] = line.split(' -> ');
    return { from, to };
  });
}

const seconds = (from: number, to: number) => ({ from: T0 + from * 1_000, to: T0 + to * 1_000 });

test('a task waits from the last end before it until it is begun', () => {
  const rows = timelineOf(
    [task('a', 'succeeded', 1, 3), task('b', 'succeeded', 1, 5), task('join', 'succeeded', 7, 8)],
    edges('a -> join, b -> join'),
    T0,
    T0 + 60_000,
  );

  expect(rows.map(({ waiting, running }) => ({ waiting, running }))).toEqual([
    { waiting: seconds(0, 1), running: seconds(1, 3) },
    { waiting: seconds(0, 1), running: seconds(1, 5) },
    { waiting: seconds(5, 7), running: seconds(7, 8) },
  ]);
});

test('nodes that take no time, and skipped ones, are seen through', () => {
  const rows = timelineOf(
    [
      task('a', 'succeeded', 0, 4),
      task('route', 'succeeded', null, null),
      task('skipped', 'skipped', null, null),
      task('b', 'running', 6, null),
    ],
    edges('a -> route, route -> skipped, skipped -> b, route -> b'),
    T0,
    T0 + 10_000,
  );

  expect(rows[3]).toMatchObject({ waiting: seconds(4, 6), running: seconds(6, 10) });
  expect(rows[2]).toMatchObject({ waiting: null, running: null });
});

test('what nobody has begun waits until now; what is latched does not wait yet', () => {
  const rows = timelineOf(
    [task('a', 'ready', null, null), task('b', 'pending', null, null)],
    edges('a -> b'),
    T0,
    T0 + 9_000,
  );

  expect(rows.map(({ waiting }) => waiting)).toEqual([seconds(0, 9), null]);
});

test('the axis is marked at round offsets', () => {
  expect(ticks(7_300)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
  expect(ticks(90_000)).toEqual([0, 15_000, 30_000, 45_000, 60_000, 75_000, 90_000]);
  expect(ticks(0)).toEqual([0]);
});
