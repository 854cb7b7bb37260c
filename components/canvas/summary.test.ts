import { describe, expect, test } from 'vitest';
import type { NodeType } from '#engine/definition.ts';
import { NODE_KINDS } from './kinds/registry.ts';
import { firstLine, hostOf, type Summary } from './summary.ts';

const summaryOf = (type: NodeType, fields: Record<string, unknown> = {}): Summary | undefined =>
  NODE_KINDS[type].summary?.({ key: 'n', type, ...fields });

const url = 'https://jobs.example.com:8443/jobs?x=1';

describe('a card says in one line', () => {
  test.each<[NodeType, Record<string, unknown>, string]>([
    ['task', { work: 'image.cut' }, 'image.cut'],
    ['http', { submit: { url } }, 'POST jobs.example.com:8443'],
    ['http', { submit: { url, method: 'PUT' } }, 'PUT jobs.example.com:8443'],
    ['script', { script: '\n  // halves it\nreturn 1;' }, '// halves it'],
    ['notify', { url }, 'jobs.example.com:8443'],
    ['wait', { seconds: '{{ input.s }}' }, '{{ input.s }}'],
    ['signal', { signal: 'ship' }, 'ship'],
  ])('what a %s of %o does', (type, fields, text) => {
    expect(summaryOf(type, fields)).toEqual({ is: 'code', text });
  });

  test('how long a wait takes', () => {
    expect(summaryOf('wait', { seconds: 5 })).toEqual({ is: 'seconds', seconds: 5 });
    expect(summaryOf('wait', { until: 'x' })).toEqual({ is: 'until', until: 'x' });
    expect(summaryOf('wait', { window: { from: '22:00', days: ['mon', 7] } })).toEqual({
      is: 'window',
      window: { from: '22:00', to: '…', timeZone: '…', days: ['mon'] },
    });
  });

  test('which workflow runs, once or for every item', () => {
    const child = { is: 'child', workflow: 'cut', version: 3 };

    expect(summaryOf('workflow', { workflow: 'cut', version: 3 })).toEqual(child);
    expect(summaryOf('fanout', { workflow: 'cut', version: 3 })).toEqual(child);
    expect(summaryOf('fanout', { work: 'cut' })).toEqual({ is: 'code', text: 'cut' });
  });

  test.each<[NodeType, Record<string, unknown>, string]>([
    ['task', {}, 'Work'],
    ['fanout', {}, 'Work'],
    ['fanout', { workflow: '' }, 'Workflow'],
    ['workflow', { workflow: 7 }, 'Workflow'],
    ['http', { submit: 'nonsense' }, 'Url'],
    ['notify', {}, 'Url'],
    ['script', { script: ' \n ' }, 'Script'],
    ['wait', { seconds: '' }, 'Time'],
  ])('what a %s of %o lacks', (type, fields, what) => {
    expect(summaryOf(type, fields)).toEqual({ is: 'missing', what });
  });
});

test('a signal that is named by its node has no more to say than its key', () => {
  expect(summaryOf('signal')).toBeUndefined();
});

test('a host may be an expression, slashes and all', () => {
  expect(hostOf('https://{{ env.hosts["a/b"] }}/jobs')).toBe('{{ env.hosts["a/b"] }}');
  expect(hostOf('{{ env.base }}/jobs')).toBe('{{ env.base }}/jobs');
});

test('text without a word has no first line', () => {
  expect(firstLine(' \n\t')).toBeUndefined();
});
