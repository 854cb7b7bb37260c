import { expect, test } from 'vitest';
import type { Instance, InstanceEvent } from '#api/types.ts';
import { historyOf } from './history.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 8, 0, second)).toISOString();

function instance(status: Instance['status'], finishedAt: string | null): Instance {
  return {
    id: '01a1fd3b-5d8c-7000-a6b6-dae743b33088',
    workflow: 'image-mosaic',
    workflowName: 'Image mosaic',
    version: 1,
    objectId: 'hills.jpg',
    status,
    waitingFor: [],
    priority: 0,
    labels: {},
    error: null,
    progress: { total: 1, finished: 0, failed: 0, open: 1 },
    createdAt: at(0),
    runAt: null,
    startedAt: at(2),
    finishedAt,
  };
}

function event(type: string, second: number): InstanceEvent {
  return { id: String(second), at: at(second), type, actor: 'user:Ada', message: '', data: {} };
}

const types = (turns: readonly { type: string }[]) => turns.map(({ type }) => type);

test('a run that nobody touched has its own times as its history', () => {
  expect(types(historyOf(instance('succeeded', at(9)), []))).toEqual([
    'created',
    'started',
    'succeeded',
  ]);
  expect(types(historyOf(instance('running', null), []))).toEqual(['created', 'started']);
});

test("people's moves stand where they were made", () => {
  expect(
    types(historyOf(instance('failed', at(9)), [event('paused', 4), event('resumed', 6)])),
  ).toEqual(['created', 'started', 'paused', 'resumed', 'failed']);
});

test('an end that an event tells is told once, with who brought it about', () => {
  const history = historyOf(instance('cancelled', at(5)), [event('cancelled', 5)]);

  expect(types(history)).toEqual(['created', 'started', 'cancelled']);
  expect(history.at(-1)?.actor).toBe('user:Ada');
});

test('while later events are still to be read, the end does not stand before them', () => {
  const run = instance('failed', at(9));

  expect(types(historyOf(run, [event('paused', 4)], false))).toEqual([
    'created',
    'started',
    'paused',
  ]);
});
