import { describe, expect, test } from 'vitest';
import { askedOf, verdict } from './signals.ts';

describe('what a signal node asks', () => {
  test('is what it was rendered to', () => {
    const input = { signal: 'ship', approval: true, prompt: 'Ship photos/1.jpg?', default: null };

    expect(askedOf({ key: 'ask', input })).toEqual({
      signal: 'ship',
      approval: true,
      prompt: 'Ship photos/1.jpg?',
    });
  });

  test('is a plain signal by the name of the node, as long as nothing is known', () => {
    expect(askedOf({ key: 'ask', input: null })).toEqual({
      signal: 'ask',
      approval: false,
      prompt: '',
    });
  });
});

test('a verdict carries a note only if there is one', () => {
  expect(verdict(true, '  ')).toEqual({ approved: true });
  expect(verdict(false, ' too dark ')).toEqual({ approved: false, note: 'too dark' });
});
