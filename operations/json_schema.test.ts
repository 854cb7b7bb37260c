import { expect, test } from 'vitest';
import { checkSchema, compileSchema } from './json_schema.ts';

const slow = { items: { type: 'string', pattern: '^(a+)+$' } };
const endless = `${'a'.repeat(60)}!`;

test('a pattern that would take for ever is given up, once for all that it is asked', () => {
  const errors = checkSchema(
    slow,
    Array.from({ length: 50 }, () => endless),
    '/input',
  );

  expect(errors).toHaveLength(50);
  expect(errors[0]).toEqual({
    pointer: '/input/0',
    code: 'pattern',
    message: 'must match pattern "^(a+)+$"',
    facts: { pattern: '^(a+)+$' },
  });
});

test('what is checked afterwards has time again', () => {
  checkSchema(slow, [endless], '/input');

  expect(checkSchema(slow, ['a'.repeat(1_000), 'aaa'], '/input')).toEqual([]);
  expect(checkSchema(slow, ['b'.repeat(1_000)], '/input')).toHaveLength(1);
});

test('a list in which nothing fits is answered with the first of its errors', () => {
  const errors = checkSchema(
    slow,
    Array.from({ length: 10_000 }, () => 1),
    '/input',
  );

  expect(errors).toHaveLength(100);
});

test('a member is named by its pointer, whatever its name holds', () => {
  const errors = checkSchema({ required: ['a/b~c'] }, {}, '/input');

  expect(errors).toMatchObject([{ pointer: '/input/a~1b~0c', code: 'required' }]);
});

test('an object has the members that it has itself: every name is one like any other', () => {
  const texts = { properties: { constructor: { type: 'string' }, toString: { type: 'string' } } };
  const needed = { required: ['constructor', '__proto__', 'valueOf'] };

  expect(checkSchema(texts, {}, '')).toEqual([]);
  expect(checkSchema(texts, { toString: 1 }, '')).toMatchObject([{ pointer: '/toString' }]);
  expect(checkSchema(needed, {}, '')).toMatchObject([
    { pointer: '/constructor', code: 'required' },
    { pointer: '/__proto__', code: 'required' },
    { pointer: '/valueOf', code: 'required' },
  ]);
});

test('a schema for a member that the validator would pass over is refused when it is saved', () => {
  const schema = JSON.parse('{"items":{"properties":{"__proto__":{"type":"string"}}}}');

  expect(() => compileSchema(schema)).toThrow('it cannot say anything of "__proto__"');
});
