/** What single settings of Conductor become. The shape of whole workflows: conductor.test.ts. */
import { describe, expect, test } from 'vitest';
import { choice, fork, imported, simple } from './conductor.fixture.ts';
import { importConductor } from './conductor.ts';
import type { Imported } from './imported.ts';

const one = (task: object, more: object = {}) => imported({ name: 'w', tasks: [task], ...more });
const flow = (...tasks: readonly object[]) => imported({ name: 'w', tasks });

function nodeOf({ definition }: Imported, key: string): Record<string, unknown> {
  return definition.nodes.find((node) => node.key === key) ?? expect.fail(`no node ${key}`);
}

const edgesOf = ({ definition }: Imported) =>
  definition.edges.map(({ from, to, branch }) => `${from}${branch ? `/${branch}` : ''} -> ${to}`);
const said = ({ notCarried }: Imported) => notCarried.map(({ message }) => message).join('\n');

const end = (name: string) =>
  simple(name, { type: 'TERMINATE', inputParameters: { terminationStatus: 'FAILED' } });

describe('a workflow', () => {
  const inputSchema = { data: { type: 'object', required: ['a'] } };

  test('has the schema that it enforces, else the names of its inputs', () => {
    const inputParameters = ['a'];
    expect(one(simple('t'), { inputSchema, inputParameters }).definition.input).toEqual(
      inputSchema.data,
    );
    expect(
      one(simple('t'), { inputSchema, inputParameters, enforceSchema: false }).definition.input,
    ).toEqual({ properties: { a: {} } });
  });

  test('has a limit where that is one for all its instances', () => {
    const limited = (rateLimitKey: string) =>
      one(simple('t'), { rateLimitConfig: { rateLimitKey, concurrentExecLimit: 5 } });
    expect(limited('all').settings).toEqual({ maxRunning: 5 });
    expect(limited('${workflow.input.tenant}').settings).toEqual({});
    expect(said(limited('${workflow.input.tenant}'))).toMatch(/one for all its instances/);
  });

  test('times out where that ended it', () => {
    const timed = (timeoutPolicy: string) =>
      one(simple('t'), { timeoutSeconds: 60, timeoutPolicy }).definition.timeoutSeconds;
    expect([timed('TIME_OUT_WF'), timed('ALERT_ONLY')]).toEqual([60, undefined]);
  });

  test('comes alone', () => {
    expect(
      importConductor([
        { name: 'a', tasks: [] },
        { name: 'b', tasks: [] },
      ]),
    ).toMatchObject({
      problems: [{ message: 'The list holds 2 workflows; import them one by one.' }],
    });
  });
});

describe('the graph', () => {
  test('waits for all branches of a fork without a JOIN', () => {
    const read = flow(simple('a'), fork([simple('b')], [simple('c')]), simple('d'));

    expect(edgesOf(read)).toEqual(['a -> b', 'a -> c', 'b -> d', 'c -> d']);
    expect(said(read)).toMatch(/No JOIN stands before it/);
  });

  test('ends where all branches of a switch end it', () => {
    const read = flow(choice({ one: [end('x')] }, [end('y')]), simple('d'));

    expect(edgesOf(read)).toEqual(['choice/one -> x', 'choice/default -> y']);
    expect(said(read)).toMatch(/behind a TERMINATE is never reached/);
  });

  test('has no rule where only one thing comes before', () => {
    const read = flow(choice({ one: [end('x')] }), simple('d'), simple('e'));

    expect(edgesOf(read)).toEqual(['choice/one -> x', 'choice/default -> d', 'd -> e']);
    expect(read.definition.nodes.map(({ trigger }) => trigger)).toEqual(Array(4).fill(undefined));
  });

  test('keeps a case that is called default apart from the default', () => {
    const read = flow(choice({ default: [simple('b')] }, [simple('c')]));

    expect(edgesOf(read)).toEqual(['choice/default_2 -> b', 'choice/default -> c']);
    expect(nodeOf(read, 'choice')).toMatchObject({
      cases: [
        { key: 'default_2', name: 'default', when: 'string(default(input.x, "")) == "default"' },
      ],
    });
  });

  test('knows a name once, also of what is drawn as edges', () => {
    const tasks = [
      fork([simple('b')]),
      { ...simple('j', { type: 'JOIN' }), joinOn: ['b'] },
      simple('fork'),
    ];
    expect(importConductor({ name: 'w', tasks })).toMatchObject({
      problems: [{ code: 'duplicate_key', pointer: '/tasks/2/taskReferenceName' }],
    });
  });
});

describe('an expression', () => {
  const reader = (expression: string) => simple('last', { inputParameters: { it: expression } });
  const read = (made: Imported) => (nodeOf(made, 'last')['input'] as { it: string }).it;

  test('that reads what runs beside it is left as it is', () => {
    const set = simple('set', { type: 'SET_VARIABLE', inputParameters: { v: 1 } });
    for (const expression of ['${set.output.v}', '${workflow.variables.v}']) {
      const made = flow(fork([set], [reader(expression)]));
      expect(read(made)).toBe(expression);
      expect(said(made)).toMatch(/is left as a text/);
    }
  });

  test('that reads a task that may fail gives null for its members, and its output as it is', () => {
    const optional = simple('a', { optional: true });
    expect(read(flow(optional, reader('${a.output.x}')))).toBe(
      '{{ default(tasks.a.output.x, null) }}',
    );
    expect(read(flow(optional, reader('${a.output}')))).toBe('{{ tasks.a.output }}');
  });

  test('that does more than follow a path is left as it is', () => {
    for (const expression of ['${a.output.x[*]}', '${a.output..x}', '${a.output.x.length()}']) {
      expect(read(flow(simple('a'), reader(expression)))).toBe(expression);
    }
  });

  test('within a list is a text where it was one', () => {
    const made = flow({
      ...simple('each', { type: 'FORK_JOIN_DYNAMIC' }),
      inputParameters: {
        forkTaskName: 'w',
        forkTaskInputs: ['n ${workflow.input.n}!', '${workflow.input.n}', 2],
      },
    });
    expect(nodeOf(made, 'each')['items']).toBe('["n " + string(input.n) + "!", input.n, 2]');
  });
});

describe('a work', () => {
  const definition = (retryCount: number) => ({
    retryCount,
    retryLogic: 'FIXED',
    retryDelaySeconds: 5,
  });

  test('is made as the first definition says that says anything', () => {
    const made = flow(
      simple('a1', { name: 'a' }),
      simple('a2', { name: 'a', taskDefinition: definition(2) }),
      simple('a3', { name: 'a', taskDefinition: definition(7) }),
      simple('a4', { name: 'a' }),
    );
    expect(made.works).toMatchObject([{ key: 'a', retry: { limit: 2 } }]);
    expect(made.notCarried).toContainEqual({
      pointer: '/tasks/2/taskDefinition',
      message: 'The work "a" was defined otherwise before.',
    });
  });

  test('is retried as often as its task says, in the way that its definition says', () => {
    const task = (type: string, more: object = {}) =>
      flow(
        simple('a', {
          type,
          retryCount: 1,
          taskDefinition: { ...definition(7), timeoutSeconds: 30, timeoutPolicy: 'RETRY' },
          ...more,
        }),
      );

    expect(nodeOf(task('SIMPLE'), 'a')).toMatchObject({
      retry: { limit: 1, backoff: 'fixed', delaySeconds: 5 },
    });
    expect(nodeOf(task('SIMPLE'), 'a')).not.toHaveProperty('timeouts');
    const uri = { inputParameters: { uri: 'https://x.example' } };
    expect(nodeOf(task('HTTP', uri), 'a')).toMatchObject({ timeouts: { runSeconds: 30 } });
  });

  test('is given what its task says over what its definition says', () => {
    const made = flow(
      simple('a', {
        inputParameters: { x: 1 },
        taskDefinition: { inputTemplate: { x: 0, y: '{{ z }}' } },
      }),
    );
    expect(nodeOf(made, 'a')['input']).toEqual({ x: 1, y: '\\{{ z }}' });
  });

  test('of a dynamic fork without inputs is given none', () => {
    const made = flow({
      ...simple('each', { type: 'FORK_JOIN_DYNAMIC', dynamicForkTasksParam: 'tasks' }),
      inputParameters: { tasks: '${workflow.input.tasks}' },
    });
    expect(nodeOf(made, 'each')).toMatchObject({
      items: 'input.tasks',
      input: { task: '{{ item }}', input: '{{ default({}[item.taskReferenceName], {}) }}' },
    });
  });
});

describe('a task', () => {
  test('that starts a workflow does not wait for it; one that runs it does', () => {
    const parameters = { startWorkflow: { name: 'sub', correlationId: '${workflow.input.id}' } };
    const starts = one(simple('s', { type: 'START_WORKFLOW', inputParameters: parameters }));
    const runs = one(simple('s', { type: 'SUB_WORKFLOW', subWorkflowParam: { name: 'sub' } }));

    expect(nodeOf(starts, 's')).toMatchObject({
      workflow: 'sub',
      wait: false,
      objectId: '{{ input.id }}',
    });
    expect(nodeOf(runs, 's')).not.toHaveProperty('wait');
  });

  test.each([
    [5_000, 5],
    [0, 300],
    [1, 0.1],
    [900_000, 300],
  ])('of HTTP that may take %i ms may take %f s', (readTimeOut, seconds) => {
    for (const inputParameters of [
      { http_request: { uri: 'https://x.example', readTimeOut } },
      { uri: 'https://x.example', readTimeOut },
    ]) {
      const made = one(simple('h', { type: 'HTTP', inputParameters }));
      expect(nodeOf(made, 'h')['submit']).toMatchObject({
        url: 'https://x.example',
        timeoutSeconds: seconds,
      });
      expect(said(made).includes('from 0.1 to 300 seconds')).toBe(seconds !== readTimeOut / 1_000);
    }
  });

  test('that waits longer than a year is left to a person', () => {
    const wait = (duration: string) =>
      one(simple('w', { type: 'WAIT', inputParameters: { duration } }));
    expect(nodeOf(wait('365 days'), 'w')['seconds']).toBe(31_536_000);
    expect(
      importConductor({
        name: 'w',
        tasks: [simple('w', { type: 'WAIT', inputParameters: { duration: '366 days' } })],
      }),
    ).toMatchObject({ problems: [{ severity: 'error' }] });
  });

  test.each([
    ['LAMBDA', { scriptExpression: 'return $.a;' }, /const lambda = \(\) => \{\nreturn \$\.a;\n\}/],
    ['INLINE', { expression: '$.a + 1' }, /^const \$ = input;\nreturn \{ result: \$\.a \+ 1 \};$/],
    [
      'INLINE',
      { expression: '(() => { const x = 1; return x; })()' },
      /return \{ result: \(\(\) =>/,
    ],
    ['INLINE', { expression: 'const x = 1; x' }, /return \{ result: eval\("const x = 1; x"\) \};/],
  ])('of %s is the script %j', (type, inputParameters, script) => {
    expect(nodeOf(one(simple('s', { type, inputParameters })), 's')['script']).toMatch(script);
  });

  test('that ends the workflow does so at its first try', () => {
    expect(nodeOf(one(end('x')), 'x')).toMatchObject({
      retry: { limit: 0 },
      script: 'throw new Error(String(input.terminationReason ?? "FAILED"));',
    });
  });
});
