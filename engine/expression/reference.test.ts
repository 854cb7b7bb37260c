import { expect, test } from 'vitest';
import { environment } from './environment.ts';
import { compileExpression } from './expression.ts';
import { ALL_FUNCTIONS } from './reference.ts';
import type { Scope } from './scope.ts';

test.each(ALL_FUNCTIONS.map(({ name, example }) => [name, example] as const))(
  'the example of %s gives what it says',
  (name, { expression, value }) => {
    const compiled = compileExpression(expression);
    expect(compiled.ok ? compiled.expression.evaluate({} as Scope) : compiled).toEqual({
      ok: true,
      value,
    });
    expect(expression).toContain(name);
  },
);

test('the list is complete: whatever can be called is in it once, and matches is not', () => {
  const callable = new Set(environment.getDefinitions().functions.map(({ name }) => name));
  const listed = ALL_FUNCTIONS.map(({ name }) => name);

  expect(new Set(listed).size).toBe(listed.length);
  expect([...callable].filter((name) => !listed.includes(name))).toEqual(['matches']);
  expect(listed.filter((name) => !callable.has(name))).toEqual([]);
});
