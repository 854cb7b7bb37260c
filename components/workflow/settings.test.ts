import { expect, test } from 'vitest';
import { changesOf, faultsOf, notIn, type Written } from './settings.ts';

const BEFORE: Written = {
  name: 'Encode',
  description: '',
  maxRunning: '5',
  order: 'fifo',
  priority: '0',
  ageingSeconds: '60',
  onObjectBusy: 'allow',
  retentionDays: '',
};

test('only what was changed is sent, as the API takes it', () => {
  const now = { ...BEFORE, maxRunning: '12', ageingSeconds: '' };

  expect(changesOf(BEFORE, BEFORE)).toEqual({});
  expect(changesOf(BEFORE, now)).toEqual({ maxRunning: 12, ageingSeconds: null });
  expect(changesOf(BEFORE, { ...BEFORE, retentionDays: '0' })).toEqual({ retentionDays: 0 });
});

test('what somebody else changes meanwhile is no change of ours', () => {
  const edits = { description: 'Half written' };
  const theirs = { ...BEFORE, maxRunning: '9' };

  expect(changesOf(theirs, { ...theirs, ...edits })).toEqual(edits);
});

test('what is written while the rest is being sent is still to be sent', () => {
  const sent = { ...BEFORE, name: 'Encode all', priority: '3' };
  const edits = { name: 'Encode all files', priority: '3' };

  expect(notIn(sent, edits)).toEqual({ name: 'Encode all files' });
});

test('every fault is named at its field, with the bounds that it is about', () => {
  const wrong = faultsOf({
    ...BEFORE,
    name: ' ',
    maxRunning: '1.5',
    priority: '101',
    ageingSeconds: '0',
    retentionDays: '-1',
  });

  expect(wrong).toEqual({
    name: { code: 'nameFault', from: 0, to: 0 },
    maxRunning: { code: 'wholeFault', from: 0, to: 1_000_000 },
    priority: { code: 'wholeFault', from: -100, to: 100 },
    ageingSeconds: { code: 'secondsFault', from: 1, to: 31_536_000 },
    retentionDays: { code: 'wholeFault', from: 0, to: 36_500 },
  });
  expect(Object.values(faultsOf(BEFORE)).every((fault) => fault === undefined)).toBe(true);
  expect(faultsOf({ ...BEFORE, order: 'lifo' }).ageingSeconds?.code).toBe('ageingLifo');
});
