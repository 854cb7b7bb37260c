import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { compileExpression } from './expression.ts';
import type { Scope } from './scope.ts';

const scope: Scope = {
  input: {
    count: 4,
    half: 0.5,
    name: 'cat.png',
    tags: ['a', 'b'],
    size: { width: 640, height: 480 },
    nothing: null,
    'odd key': 1,
  },
  context: { tries: 2 },
  env: { region: 'eu' },
  object: { id: 'photo-1' },
  instance: { id: 'i-1', workflow: 'mosaic', version: 3 },
  tasks: { probe: { output: { ok: true, tiles: [1, 2, 3] }, status: 'succeeded' } },
};

function evaluate(source: string, names: Scope = scope): Json {
  const compiled = compileExpression(source);
  const evaluated = compiled.ok ? compiled.expression.evaluate(names) : compiled;
  return evaluated.ok ? evaluated.value : `error: ${evaluated.error.message}`;
}

describe('numbers of JSON and numbers of the expression mix', () => {
  test.each<[string, Json]>([
    ['input.count + 1', 5],
    ['1 + input.count', 5],
    ['input.count - 1', 3],
    ['input.count * 2', 8],
    ['input.count / 8', 0.5],
    ['input.count % 3', 1],
    ['input.count % context.tries', 0],
    ['-input.count', -4],
    ['1 + 0.5', 1.5],
    ['7 / 2', 3],
    ['input.count == 4', true],
    ['4 == input.count', true],
    ['input.count != 4', false],
    ['1 == 1.0', true],
    ['input.count > 3', true],
    ['3 <= input.count', true],
    ['input.count in [1, 4]', true],
    ['2 in tasks.probe.output.tiles', true],
    ['[1, 2, 3] == tasks.probe.output.tiles', true],
    ['size(input.tags) * input.count', 8],
    ['tasks.probe.output.tiles[context.tries]', 3],
    ['input.name.substring(0, input.count - 1)', 'cat'],
    ['input.name.substring(input.count)', 'png'],
    ['int(input.half * 5)', 2],
  ])('%s is %j', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });
});

describe('results are plain JSON', () => {
  test.each<[string, Json]>([
    ['9007199254740993', '9007199254740993'],
    ['9007199254740991', 9007199254740991],
    ['[1, [2u]]', [1, [2]]],
    ['{"a": 1, "b": {"c": input.tags}}', { a: 1, b: { c: ['a', 'b'] } }],
    ['timestamp("2026-01-02T03:04:05Z")', '2026-01-02T03:04:05.000Z'],
    ['duration("90s")', '90s'],
    ['type(1)', 'int'],
    ['b"abc"', 'YWJj'],
    ['input.?missing', null],
    ['input.?count', 4],
    ['input.?missing.orValue(7)', 7],
    ['input', scope.input],
  ])('%s is %j', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  test('a value that is only picked is not copied', () => {
    expect(evaluate('input')).toBe(scope.input);
    expect(evaluate('dyn(input)')).toBe(scope.input);
  });

  test('what JSON cannot hold is refused', () => {
    expect(evaluate('1.0 / 0')).toContain('not a finite number');
    expect(evaluate('[0.0 / 0]')).toContain('not a finite number');
  });
});

describe('references', () => {
  test.each<[string, string]>([
    ['input.a + context.b', 'input context'],
    ['env.region == object.id', 'env'],
    ['tasks.a.output + tasks["b-c"].output', 'a b-c'],
    ['tasks.?a.?output', 'a'],
    ['has(tasks.a.output.x)', 'a'],
    ['default(tasks.a.output.x, tasks.b.status)', 'a b'],
    ['item + index', 'item index'],
    ['response.status == 200 && submit.body.id == attempt', 'submit response attempt'],
    ['input.list.map(response, response)', 'input'],
    ['input.list.map(item, item.x)', 'input'],
    ['input.list.map(tasks, tasks)', 'input'],
    ['cel.bind(item, input.a, item + 1)', 'input'],
    ['"tasks.a.output" // tasks.b', ''],
    ['input.map(x, tasks[x == "y" ? "a" : "b"])', 'error'],
  ])('%s: %s', (source, expected) => {
    const compiled = compileExpression(source);
    if (!compiled.ok) {
      expect(expected).toBe('error');
      return;
    }
    const { tasks, local, ...names } = compiled.expression.references;
    const found = Object.entries(names).flatMap(([name, used]) => (used ? [name] : []));
    expect([...found, ...tasks, ...local].join(' ')).toBe(expected);
  });
});

describe('errors say what is wrong, where, and what to write instead', () => {
  test.each<[source: string, message: string, place: string]>([
    ['input.nope', '"nope" is not in input, which has count, half, name', 'nope'],
    ['input.nope', 'has(input.nope)', 'nope'],
    ['input.nope', 'default(input.nope, …)', 'nope'],
    ['input.size.depth > 1', '"depth" is not in input.size, which has width, height', 'depth'],
    ['input.nothing.x', '"x" is not in input.nothing, which is null', 'x'],
    ['input["no pe"]', 'default(input["no pe"], …)', 'input["no pe"]'],
    ['input.tags[2]', 'input.tags[2] is not there: input.tags has 2 elements', 'input.tags[2]'],
    ['item', 'item is known only in the input of a fan-out', 'item'],
    ['inptu.count', '"inptu" is not known here (did you mean input?)', 'inptu'],
    [
      'frobnicate',
      '"frobnicate" is not known here; an expression may read input, context',
      'frobnicate',
    ],
    ['response.status', 'response is known only in an http node', 'response'],
    ['response.stauts', 'response has no "stauts", only status, headers, body', 'response.stauts'],
    ['object.name', 'object has no "name", only id', 'object.name'],
    ['tasks.probe.outptu', 'a task has no "outptu", only output, status', 'tasks.probe.outptu'],
    ['size(tasks)', 'name the task: tasks.<key>.output', 'tasks'],
    ['"a" + input.count', 'turn the other one into text with string(…)', '"a" + input.count'],
    ['input.name - 1', '- does not work on text and number', 'input.name - 1'],
    [
      'size(1)',
      'size(number) does not exist; there is size(text), size(bytes), size(list)',
      'size(1)',
    ],
    ['frobnicate(1)', 'there is no function "frobnicate"', 'frobnicate(1)'],
    ['true ? 1 : "a"', 'put one of them into dyn(…)', 'true ? 1 : "a"'],
    [
      'string(input.tags)',
      'string(list) does not exist; there is string(text)',
      'string(input.tags)',
    ],
    ['!input.count', '! does not work on number', '!input.count'],
    ['input.count ? 1 : 2', 'a condition must be true or false, got number', 'count'],
    ['input.tags.filter(t, t)', 'must be true or false, got text', 't'],
    ['has(input["a"])', 'has(…) takes names joined by dots', 'input["a"]'],
    ['tasks.in.output', 'goes into brackets: tasks["in"]', 'in'],
    ['input.count[0]', 'input.count[0] is not there: input.count is number', 'input.count[0]'],
    ['input.count && true', '&& and || need true or false', 'count'],
    ['1 +', 'something is missing at the end', ''],
    ['(1', 'the expression ends', ''],
    ['', 'the expression is empty', ''],
    [' \n ', 'the expression is empty', ' \n '],
    ['{{ input.size }}', 'without braces here; remove {{ and }}', '{{ input.size }}'],
    ['"{{ }}" == {{ input.name }} && true', 'without braces', '{{ input.name }}'],
    ['input.count > {{ 1', 'without braces', '{{'],
    ['{"a": {"b": 1}} ==', 'something is missing at the end', ''],
    ['chunk([1], 0)', 'chunk: the size must be 1 or more', 'chunk([1], 0)'],
  ])('%s: %s', (source, message, place) => {
    const compiled = compileExpression(source);
    const evaluated = compiled.ok ? compiled.expression.evaluate(scope) : compiled;
    if (evaluated.ok) {
      expect.fail('evaluated');
    }
    const { error } = evaluated;
    expect(error.message).toContain(message);
    expect(error.expression).toBe(source);
    expect(source.slice(error.start, error.end)).toBe(place);
  });

  test('an object with a member named constructor is data, and can only be taken apart', () => {
    const names = { ...scope, input: { car: { constructor: 'Lotus' } } };
    expect(evaluate('input.car.constructor', names)).toBe('Lotus');
    expect(evaluate('keys(input.car)', names)).toContain('a member named "constructor"');
    expect(evaluate('input', names)).toBe(names.input);
  });
});
