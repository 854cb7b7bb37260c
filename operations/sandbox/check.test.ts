import { expect, test } from 'vitest';
import { checkScript } from './check.ts';

test.each(['', 'return input', 'if (input.a) return 1\n// the end', 'const f = async () => 1'])(
  'the body of a function is fine: %s',
  async (script) => {
    expect(await checkScript(script)).toBeNull();
  },
);

test('it says where a script is wrong, in its own lines', async () => {
  expect(await checkScript('retrun 1')).toEqual({
    line: 1,
    column: 8,
    message: expect.any(String),
  });
  expect(await checkScript('return 1\nlet let = 2')).toMatchObject({ line: 2 });
  expect(await checkScript('if (true) {\n  return 1')).toEqual({
    line: 2,
    column: 11,
    message: 'the script ends before all that it opened is closed',
  });
});

test('it runs nothing', async () => {
  expect(await checkScript('while (true);')).toBeNull();
});

test('a text that is too much for the parser is a problem, not a crash', async () => {
  expect(await checkScript('('.repeat(60_000))).toMatchObject({ line: 1 });
  expect(await checkScript('return 1')).toBeNull();
});
