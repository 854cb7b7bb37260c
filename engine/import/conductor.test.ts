import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { validateDefinition } from '../validate.ts';
import { choice, fork, imported, simple } from './conductor.fixture.ts';
import { importConductor } from './conductor.ts';
import { readDuration, readTime } from './conductor_time.ts';
import order from './samples/conductor_order.json' with { type: 'json' };

function refused(...tasks: readonly object[]): string {
  const result = importConductor({ name: 'w', tasks });
  return 'problems' in result
    ? result.problems.map(({ pointer, message }) => `${pointer} ${message}`).join('\n')
    : 'imported';
}

/** Edges in the notation of the other tests: `a -> b, a/branch -> c`. */
function drawn(...tasks: readonly object[]): string {
  return imported({ name: 'w', tasks })
    .definition.edges.map(
      ({ from, to, branch }) => `${from}${branch === undefined ? '' : `/${branch}`} -> ${to}`,
    )
    .join(', ');
}

const join = (...joinOn: readonly string[]) => simple('join', { type: 'JOIN', joinOn });
const end = (status: string) =>
  simple('end_it', { type: 'TERMINATE', inputParameters: { terminationStatus: status } });

/** What `${…}` becomes as the input of a task `last` behind the others. */
function read(expression: string, ...before: readonly object[]): Json | undefined {
  const { definition } = imported({
    name: 'w',
    tasks: [...before, simple('last', { inputParameters: { it: expression } })],
  });
  const last = definition.nodes.find(({ key }) => key === 'last');
  return last && 'input' in last ? (last.input as { it: Json }).it : undefined;
}

describe('the lists of Conductor become a graph', () => {
  test.each([
    ['one after the other', [simple('a'), simple('b')], 'a -> b'],
    [
      'a fork and its join',
      [simple('a'), fork([simple('b'), simple('c')], [simple('d')]), join('c', 'd'), simple('e')],
      'a -> b, b -> c, a -> d, c -> e, d -> e',
    ],
    [
      'a join that leaves a branch alone',
      [fork([simple('b')], [simple('d')]), join('b'), simple('e')],
      'b -> e',
    ],
    [
      'a join that waits for nothing',
      [simple('a'), fork([simple('b')]), join(), simple('e')],
      'a -> b, a -> e',
    ],
    [
      'a switch',
      [choice({ one: [simple('b')] }, [simple('c')]), simple('d')],
      'choice/one -> b, choice/default -> c, b -> d, c -> d',
    ],
    [
      'a switch with an empty default',
      [choice({ one: [simple('b')] }), simple('d')],
      'choice/one -> b, b -> d, choice/default -> d',
    ],
    [
      'a switch at the end',
      [choice({ one: [simple('b')] })],
      'choice/one -> b, choice/default -> end',
    ],
    [
      'a branch that ends the workflow',
      [choice({ one: [end('FAILED'), simple('never')] }), simple('d')],
      'choice/one -> end_it, choice/default -> d',
    ],
    ['a no-op', [simple('a'), simple('n', { type: 'NOOP' }), simple('b')], 'a -> b'],
  ])('%s', (_, tasks, edges) => {
    expect(drawn(...tasks)).toBe(edges);
  });

  test('what stands behind a switch runs when the branch that was taken has ended', () => {
    const { nodes } = imported({
      name: 'w',
      tasks: [choice({ one: [simple('b')] }), simple('d')],
    }).definition;
    expect(nodes.find(({ key }) => key === 'd')?.trigger).toBe('none_failed_min_one_success');
  });
});

describe('expressions', () => {
  test.each([
    ['${workflow.input.a.b[0].c}', '{{ input.a.b[0].c }}'],
    ["${workflow.input['a b'].c-d}", '{{ input["a b"]["c-d"] }}'],
    ['${workflow.input}', '{{ input }}'],
    ['${a.output.x}', '{{ tasks.a.output.x }}'],
    ['id ${workflow.workflowId}!', 'id {{ instance.id }}!'],
    ['{${workflow.input.a}}', '{{ "{" }}{{ input.a }}}'],
    ['\\${workflow.input.a}', '\\\\{{ input.a }}'],
    ['{{ x }} \\{{ y }}', '\\{{ x }} \\\\\\{{ y }}'],
    ['$${x} ${a.status}', '${x} ${a.status}'],
    ['${later.output.x}', '${later.output.x}'],
  ])('%s becomes %s', (expression, template) => {
    expect(read(expression, simple('a'))).toBe(template);
  });

  test('of what may not have run give null, as in Conductor', () => {
    expect(read('${b.output.x}', choice({ one: [simple('b')] }))).toBe(
      '{{ default(tasks.b.output.x, null) }}',
    );
  });

  test('of variables read what was set last', () => {
    const set = (name: string) => simple(name, { type: 'SET_VARIABLE', inputParameters: { v: 1 } });
    expect(read('${workflow.variables.v}', set('one'), set('two'))).toBe(
      '{{ tasks.two.output.v }}',
    );
    expect(read('${workflow.variables.v}', set('one'), choice({ c: [set('two')] }))).toBe(
      '{{ default(tasks.two.output.v, default(tasks.one.output.v, null)) }}',
    );
  });
});

test.each([
  [
    [simple('l', { type: 'DO_WHILE', loopOver: [simple('a')] })],
    /^\/tasks\/0 "l" is a DO_WHILE, and a workflow here has no loops\./,
  ],
  [[simple('d', { type: 'DYNAMIC' })], /is DYNAMIC/],
  [[simple('a'), simple('a')], /More than one task has the reference name "a"/],
  [[join('a')], /No task "a" stands before it/],
  [
    [simple('s', { type: 'SUB_WORKFLOW', subWorkflowParam: { name: '${a.output.x}' } })],
    /must name the workflow/,
  ],
  [
    [
      simple('h', {
        type: 'HTTP',
        inputParameters: { http_request: { uri: 'u', method: 'HEAD' } },
      }),
    ],
    /cannot be HEAD/,
  ],
  [
    [
      simple('i', {
        type: 'INLINE',
        inputParameters: { evaluatorType: 'python', expression: '1' },
      }),
    ],
    /JavaScript here, not python/,
  ],
  [[], /has tasks/],
])('%j is refused with a sentence', (tasks, sentence) => {
  expect(refused(...tasks)).toMatch(sentence);
});

test('what differs is said with its place', () => {
  const { notCarried } = imported(order);
  const at = (pointer: string) => notCarried.find((note) => note.pointer === pointer)?.message;

  expect(at('/failureWorkflow')).toBe('"failureWorkflow" has no counterpart here.');
  expect(at('/tasks/0/taskReferenceName')).toMatch(/it is "get_order" here/);
  expect(at('/tasks/3/forkTasks/1/0/sink')).toMatch(/env\.eventUrl/);
  expect(at('/tasks/5/inputParameters/filtered')).toMatch(/only names and indexes/);
});

test.each([
  ['10m20s', 620],
  ['1 days 2 hours 3 minutes 4 seconds', 93_784],
  ['2 hrs', 7_200],
  ['soon', null],
  ['', null],
])('the duration %j is %s seconds', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds);
});

test.each([
  ['2026-12-31 11:59 GMT+04:00', '2026-12-31T07:59:00Z'],
  ['2026-12-31 11:59 Europe/Berlin', '2026-12-31T10:59:00Z'],
  ['2026-12-31 11:59', '2026-12-31T11:59:00Z'],
  ['2026-12-31', '2026-12-31T00:00:00Z'],
  ['2026-13-31', undefined],
  ['2026-12-31 11:59 Nowhere', undefined],
])('the time %j is %s', (text, time) => {
  expect(readTime(text)?.time).toBe(time);
});

test('the work of a dynamic fork is made as its task definition says', () => {
  const { works, notCarried } = imported({
    workflowDef: {
      name: 'w',
      tasks: [
        {
          name: 'fork',
          taskReferenceName: 'fork',
          type: 'FORK_JOIN_DYNAMIC',
          inputParameters: { forkTaskName: 'encode', forkTaskInputs: '${workflow.input.recipes}' },
        },
        join(),
      ],
    },
    taskDefs: [
      {
        name: 'encode',
        retryCount: 3,
        retryLogic: 'FIXED',
        retryDelaySeconds: 5,
        responseTimeoutSeconds: 60,
        concurrentExecLimit: 10,
        inputTemplate: { preset: '720p' },
      },
    ],
  });

  expect(works).toEqual([
    {
      key: 'encode',
      retry: { limit: 3, backoff: 'fixed', delaySeconds: 5 },
      timeouts: { heartbeatSeconds: 60 },
      maxConcurrent: 10,
    },
  ]);
  expect(notCarried).toContainEqual({
    pointer: '/workflowDef/tasks/0/inputParameters/forkTaskName',
    message: 'The items must hold what the inputTemplate of "encode" adds.',
  });
});

test('arbitrary JSON is answered, and what is imported is valid', () => {
  const name = fc.constantFrom('a', 'b-c', '1', 'default', 'tasks', '');
  const type = fc.constantFrom(
    'SIMPLE',
    'HTTP',
    'WAIT',
    'HUMAN',
    'EVENT',
    'TERMINATE',
    'SET_VARIABLE',
    'INLINE',
    'NOOP',
    'JOIN',
    'FORK_JOIN',
    'SWITCH',
    'DECISION',
    'SUB_WORKFLOW',
    'FORK_JOIN_DYNAMIC',
    'JSON_JQ_TRANSFORM',
    'OTHER',
  );
  const value = fc.oneof(
    name.map((one) => `\${${one}.output.x} {{`),
    fc.constant('${workflow.variables.v}'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const listOf = (inside: fc.Arbitrary<object[]>): fc.Arbitrary<object[]> =>
    fc.array(
      fc.record(
        {
          name,
          taskReferenceName: fc.string({ minLength: 1, maxLength: 3 }),
          type,
          inputParameters: fc.oneof(
            fc.dictionary(name, value),
            fc.constant({
              http_request: { uri: '${workflow.input.u}' },
              x: 1,
              v: 2,
              expression: '1',
              duration: '1s',
              forkTaskInputs: [1],
            }),
          ),
          expression: fc.constantFrom('x', 'a', '1 + 1; 2'),
          evaluatorType: fc.constantFrom('value-param', 'javascript'),
          subWorkflowParam: fc.constant({ name: 'sub flow' }),
          decisionCases: fc.dictionary(name, inside, { maxKeys: 2 }),
          defaultCase: inside,
          forkTasks: fc.array(inside, { maxLength: 2 }),
          joinOn: fc.constant([]),
          retryCount: value,
          optional: fc.boolean(),
          startDelay: value,
        },
        { requiredKeys: ['name', 'taskReferenceName', 'type', 'inputParameters'] },
      ),
      { maxLength: 3 },
    );
  const tasks = listOf(listOf(fc.constant([])));

  let read = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        tasks.map((list) => ({ name: 'w', tasks: list })),
      ),
      (document) => {
        const result = importConductor(document);
        if (!('problems' in result)) {
          read += 1;
          const { problems } = validateDefinition(result.definition, { works: null });
          expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(20);
});
