import { describe, expect, test } from 'vitest';
import { renameInExpression, renameInTemplate } from './rename.ts';

const RENAMES = new Map([['old', 'new_name']]);

describe('renameInExpression', () => {
  test.each([
    ['tasks.old.output.width', 'tasks.new_name.output.width'],
    ['tasks . old.output', 'tasks . new_name.output'],
    [
      'tasks["old"].output + tasks[\'old\'].status',
      'tasks["new_name"].output + tasks[\'new_name\'].status',
    ],
    ['tasks.?old.?output.orValue(0)', 'tasks.?new_name.?output.orValue(0)'],
    [
      'has(tasks.old.output) ? tasks.old.output : 0',
      'has(tasks.new_name.output) ? tasks.new_name.output : 0',
    ],
    ['tasks.old.output // of tasks.old', 'tasks.new_name.output // of tasks.old'],
    ['tasks.old.output.map(t, t + ', 'tasks.new_name.output.map(t, t + '],
  ])('changes %s', (before, after) => {
    expect(renameInExpression(before, RENAMES)).toBe(after);
  });

  test.each([
    'tasks.older.output',
    'old',
    'input.tasks.old',
    '"tasks.old" + \'tasks.old\'',
    "'it\\'s tasks.old'",
    '"""tasks.old "quoted" """',
    'tasks[old]',
    'mytasks.old',
  ])('leaves %s', (expression) => {
    expect(renameInExpression(expression, RENAMES)).toBe(expression);
  });

  test('swaps two names at once', () => {
    const swap = new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]);

    expect(renameInExpression('tasks.a.output + tasks.b.output', swap)).toBe(
      'tasks.b.output + tasks.a.output',
    );
  });
});

describe('renameInTemplate', () => {
  test('reaches expressions in any depth and leaves plain text', () => {
    const template = {
      url: 'https://x/{{ tasks.old.output.id }}/tasks.old?{{tasks.old.status}}',
      list: [1, { deep: '{{ tasks["old"].output }}' }],
      'tasks.old': true,
      escaped: '\\{{ tasks.old }}',
    };

    expect(renameInTemplate(template, RENAMES)).toEqual({
      url: 'https://x/{{ tasks.new_name.output.id }}/tasks.old?{{tasks.new_name.status}}',
      list: [1, { deep: '{{ tasks["new_name"].output }}' }],
      'tasks.old': true,
      escaped: '\\{{ tasks.old }}',
    });
  });

  test('gives back the same value when there is nothing to rename', () => {
    const template = { a: ['{{ tasks.other.output }}', null, 3] };

    expect(renameInTemplate(template, RENAMES)).toBe(template);
  });
});
