import { describe, expect, test } from 'vitest';
import type { Definition } from '../definition.ts';
import { compilePlan } from './compile.ts';

function define(nodes: Definition['nodes'], edges: [string, string, string?][]): Definition {
  return {
    schemaVersion: 1,
    nodes,
    edges: edges.map(([from, to, branch]) => ({ from, to, ...(branch ? { branch } : {}) })),
  };
}
const task = (key: string, more: object = {}) => ({
  key,
  type: 'task' as const,
  work: key,
  ...more,
});

describe('a plan', () => {
  test('addresses nodes in topological order, ties in the order of the definition', () => {
    const plan = compilePlan(
      define(
        [task('join'), task('b'), task('a'), task('first')],
        [
          ['first', 'a'],
          ['first', 'b'],
          ['a', 'join'],
          ['b', 'join'],
        ],
      ),
    );

    expect(plan.nodes.map(({ key }) => key)).toEqual(['first', 'a', 'b', 'join']);
    expect(plan.nodes.map(({ parents }) => parents.map(({ node }) => node))).toEqual([
      [],
      [0],
      [0],
      [1, 2],
    ]);
    expect(plan.nodes.map(({ children }) => children)).toEqual([[1, 2], [3], [3], []]);
  });

  test('leaves disabled nodes out and joins their neighbours, keeping the branch of a route', () => {
    const plan = compilePlan(
      define(
        [
          { key: 'route', type: 'route', cases: [{ key: 'yes', when: 'true' }] },
          task('off', { disabled: true }),
          task('also_off', { disabled: true }),
          task('end'),
        ],
        [
          ['route', 'off', 'yes'],
          ['off', 'also_off'],
          ['also_off', 'end'],
          ['route', 'end', 'default'],
        ],
      ),
    );

    expect(plan.nodes.map(({ key }) => key)).toEqual(['route', 'end']);
    expect(plan.nodes[1]?.parents).toEqual([
      { node: 0, branch: 'default' },
      { node: 0, branch: 'yes' },
    ]);
  });

  test('has one edge where several ways over disabled nodes lead, and none from what is left out', () => {
    const off = { disabled: true };
    const plan = compilePlan(
      define(
        [task('a'), task('one', off), task('other', off), task('b')],
        [
          ['a', 'one'],
          ['one', 'b'],
          ['a', 'other'],
          ['other', 'b'],
        ],
      ),
    );
    expect(plan.nodes.map(({ parents }) => parents)).toEqual([[], [{ node: 0, branch: null }]]);

    const reached = compilePlan(
      define(
        [{ key: 'start', type: 'start' }, task('a'), task('lost'), task('last', off)],
        [
          ['start', 'a'],
          ['lost', 'a'],
          ['a', 'last'],
        ],
      ),
    );
    expect(reached.nodes.map(({ key, parents, children }) => [key, parents, children])).toEqual([
      ['a', [], []],
    ]);
  });

  test('applies the defaults of the definition, once', () => {
    const plan = compilePlan(define([{ ...task('a'), type: 'fanout', items: 'range(3)' }], []));

    expect(plan.nodes[0]).toMatchObject({
      trigger: 'all_success',
      delaySeconds: 0,
      tolerated: false,
      maxParallel: 0,
      tolerance: { count: 0, percent: 0 },
    });
  });

  test('says of every type of node what it runs, and how', () => {
    const nodes: Definition['nodes'] = [
      {
        key: 'http',
        type: 'http',
        submit: { url: 'https://x' },
        callback: true,
        result: { url: 'https://y' },
      },
      { key: 'script', type: 'script', script: 'return 1;' },
      { key: 'own', type: 'script', script: 'return 1;', timeoutSeconds: 2, memoryMb: 3 },
      {
        key: 'children',
        type: 'fanout',
        workflow: 'w',
        items: '[1]',
        maxParallel: 2,
        tolerance: { count: 1, percent: 5 },
      },
      { key: 'child', type: 'workflow', workflow: 'w', version: 2, objectId: 'x', wait: false },
      { key: 'waited', type: 'workflow', workflow: 'w' },
      { key: 'wait', type: 'wait', until: '2026-11-21T08:00:00Z' },
      {
        key: 'pause',
        type: 'wait',
        seconds: 5,
        window: { from: '00:00', to: '06:00', timeZone: 'UTC' },
      },
      { key: 'signal', type: 'signal' },
      {
        key: 'asked',
        type: 'signal',
        signal: 'go',
        approval: true,
        prompt: 'Go?',
        timeoutSeconds: 9,
        default: null,
        onFailure: 'continue',
      },
      { key: 'notify', type: 'notify', url: 'https://x', event: 'e', data: 1 },
      { key: 'every', type: 'route', mode: 'all', cases: [{ key: 'a', name: 'A', when: 'true' }] },
      { key: 'first', type: 'route', mode: 'first', cases: [{ key: 'a', when: 'true' }] },
      {
        key: 'task',
        type: 'task',
        work: 'w',
        input: 1,
        retry: { limit: 1 },
        timeouts: { runSeconds: 1 },
        delaySeconds: 4,
        window: { from: '00:00', to: '06:00', timeZone: 'UTC' },
        onFailure: 'fail',
        priority: 7,
        trigger: 'always',
      },
    ];
    const defaults = {
      trigger: 'all_success',
      parents: [],
      children: [],
      input: null,
      retry: null,
      timeouts: null,
      delaySeconds: 0,
      window: undefined,
      tolerated: false,
      priority: 0,
    };
    const plan = compilePlan(define(nodes, []));

    expect(
      plan.nodes.map((node) =>
        Object.fromEntries(
          Object.entries(node).filter(
            ([name, value]) =>
              JSON.stringify(value) !== JSON.stringify(defaults[name as keyof typeof defaults]),
          ),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        {
          "http": {
            "callback": true,
            "output": undefined,
            "result": {
              "url": "https://y",
            },
            "status": undefined,
            "stop": undefined,
            "submit": {
              "url": "https://x",
            },
          },
          "key": "http",
          "type": "http",
          "work": "#http",
        },
        {
          "key": "script",
          "memoryMb": 64,
          "script": "return 1;",
          "timeoutSeconds": 1,
          "type": "script",
          "work": "#script",
        },
        {
          "key": "own",
          "memoryMb": 3,
          "script": "return 1;",
          "timeoutSeconds": 2,
          "type": "script",
          "work": "#script",
        },
        {
          "child": {
            "objectId": null,
            "version": null,
            "wait": true,
            "workflow": "w",
          },
          "items": "[1]",
          "key": "children",
          "maxParallel": 2,
          "tolerance": {
            "count": 1,
            "percent": 5,
          },
          "type": "fanout",
          "work": "#workflow",
        },
        {
          "child": {
            "objectId": "x",
            "version": 2,
            "wait": false,
            "workflow": "w",
          },
          "key": "child",
          "type": "workflow",
          "work": "#workflow",
        },
        {
          "child": {
            "objectId": null,
            "version": null,
            "wait": true,
            "workflow": "w",
          },
          "key": "waited",
          "type": "workflow",
          "work": "#workflow",
        },
        {
          "key": "wait",
          "seconds": null,
          "type": "wait",
          "until": "2026-11-21T08:00:00Z",
          "work": "#wait",
        },
        {
          "key": "pause",
          "seconds": 5,
          "type": "wait",
          "until": null,
          "window": {
            "from": "00:00",
            "timeZone": "UTC",
            "to": "06:00",
          },
          "work": "#wait",
        },
        {
          "approval": false,
          "fallback": null,
          "key": "signal",
          "prompt": "",
          "signal": "signal",
          "timeoutSeconds": null,
          "type": "signal",
          "work": "#signal",
        },
        {
          "approval": true,
          "fallback": {
            "payload": null,
          },
          "key": "asked",
          "prompt": "Go?",
          "signal": "go",
          "timeoutSeconds": 9,
          "tolerated": true,
          "type": "signal",
          "work": "#signal",
        },
        {
          "key": "notify",
          "notify": {
            "data": 1,
            "event": "e",
            "headers": undefined,
            "url": "https://x",
          },
          "type": "notify",
          "work": "#notify",
        },
        {
          "cases": [
            {
              "key": "a",
              "when": "true",
            },
          ],
          "first": false,
          "key": "every",
          "type": "route",
        },
        {
          "cases": [
            {
              "key": "a",
              "when": "true",
            },
          ],
          "first": true,
          "key": "first",
          "type": "route",
        },
        {
          "delaySeconds": 4,
          "input": 1,
          "key": "task",
          "priority": 7,
          "retry": {
            "limit": 1,
          },
          "timeouts": {
            "runSeconds": 1,
          },
          "trigger": "always",
          "type": "task",
          "window": {
            "from": "00:00",
            "timeZone": "UTC",
            "to": "06:00",
          },
          "work": "w",
        },
      ]
    `);
  });

  test('says of the whole run what the definition does', () => {
    const bare = define([task('a')], []);
    const { nodes: _, ...rest } = compilePlan(bare);
    expect(rest).toEqual({
      inputSchema: null,
      output: null,
      env: {},
      timeoutSeconds: null,
      stopOnFailure: false,
    });

    const said = { input: { type: 'object' }, output: 1, env: { a: 1 }, timeoutSeconds: 5 };
    expect(compilePlan({ ...bare, ...said, onTaskFailure: 'stop' })).toMatchObject({
      inputSchema: { type: 'object' },
      output: 1,
      env: { a: 1 },
      timeoutSeconds: 5,
      stopOnFailure: true,
    });
    expect(compilePlan({ ...bare, onTaskFailure: 'finish' }).stopOnFailure).toBe(false);
  });

  test('is refused for a cycle', () => {
    expect(() =>
      compilePlan(
        define(
          [task('a'), task('b')],
          [
            ['a', 'b'],
            ['b', 'a'],
          ],
        ),
      ),
    ).toThrow('cycle');
  });
});
