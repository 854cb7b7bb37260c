import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import pipeline from '../../examples/python-worker/pipeline.json' with { type: 'json' };
import { validateDefinition } from '../validate.ts';
import type { Imported } from './imported.ts';
import { importTermite } from './termite.ts';

function imported(document: unknown): Imported {
  const result = importTermite(document);
  if ('problems' in result) {
    expect.fail(JSON.stringify(result.problems));
  }
  return result;
}

function refused(document: unknown): string[] {
  const result = importTermite(document);
  return 'problems' in result
    ? result.problems.map(({ code, pointer, message }) => `${code} ${pointer}: ${message}`)
    : [];
}

const minimal = {
  works: ['a', 'b'],
  dags: { b: { dependences: ['a'], trigger_rule: 'all_success' } },
};

test("the pipeline of Termite's README is imported whole", () => {
  expect(imported(pipeline)).toEqual({
    key: 'termite',
    name: 'Termite pipeline',
    description: '',
    settings: { maxRunning: 1000, order: 'fifo' },
    definition: {
      schemaVersion: 1,
      nodes: [
        { key: 'video_encode_submit_task', type: 'task', work: 'video_encode_submit_task' },
        { key: 'video_encode_trace_task', type: 'task', work: 'video_encode_trace_task' },
      ],
      edges: [{ from: 'video_encode_submit_task', to: 'video_encode_trace_task' }],
    },
    works: [{ key: 'video_encode_submit_task' }, { key: 'video_encode_trace_task' }],
    notCarried: [],
  });
});

test('a row of its config table, with rows of its work table, is imported too', () => {
  expect(
    imported({
      flow_key: 'encode.hd',
      flow_name: 'Encode',
      flow_desc: 'Films',
      env: '{"bucket": "films"}',
      switch: 1,
      flow_config: JSON.stringify({
        works: [
          {
            work_key: 'submit',
            work_name: 'Submit',
            work_desc: 'hands a film in',
            work_config: '{"exec_timeout": "300", "push_timeout": "86400", "retries": "3"}',
          },
          'trace',
        ],
        dags: { trace: { dependences: ['submit'], trigger_rule: 'one_fail' } },
        scheduler_mode: 'LIFO',
      }),
    }),
  ).toEqual({
    key: 'encode-hd',
    name: 'Encode',
    description: 'Films',
    settings: { maxRunning: 0, order: 'lifo' },
    definition: {
      schemaVersion: 1,
      env: { bucket: 'films' },
      nodes: [
        { key: 'submit', type: 'task', work: 'submit', name: 'Submit' },
        { key: 'trace', type: 'task', work: 'trace', trigger: 'one_failed' },
      ],
      edges: [{ from: 'submit', to: 'trace' }],
    },
    works: [
      {
        key: 'submit',
        name: 'Submit',
        description: 'hands a film in',
        timeouts: { runSeconds: 300, dispatchSeconds: 86_400 },
        retry: { limit: 3 },
      },
      { key: 'trace' },
    ],
    notCarried: [],
  });
});

test('what its web API answers is imported too', () => {
  const { key, name, settings } = imported({
    key: 'encode',
    name: 'Encode',
    desc: '',
    env: {},
    switch: 1,
    config: { ...minimal, max_scheduler_count: 5, scheduler_mode: 'fifo' },
  });
  expect({ key, name, settings }).toEqual({
    key: 'encode',
    name: 'Encode',
    settings: { maxRunning: 5, order: 'fifo' },
  });
});

test.each([
  ['all_success', undefined],
  ['all_done', 'all_done'],
  ['all_fail', 'all_failed'],
  ['one_success', 'one_success'],
  ['one_done', 'one_done'],
  ['one_fail', 'one_failed'],
])('the trigger rule %s becomes %s', (rule, trigger) => {
  const { definition } = imported({
    ...minimal,
    dags: { b: { dependences: ['a'], trigger_rule: rule } },
  });
  expect(definition.nodes[1]?.trigger).toBe(trigger);
});

test('what has no counterpart is named with its place', () => {
  const { notCarried, definition, works } = imported({
    works: [
      'encode hd',
      { work_key: '转码', work_config: '{"delaies": "9", "exec_timeout": "0", "retries": "many"}' },
    ],
    dags: { 'encode hd': { dependences: [], trigger_rule: 'one_done', pool: 'x' } },
    max_scheduler_count: 'lots',
    scheduler_mode: 'random',
    switch: 0,
    'a/b': 1,
  });

  expect(notCarried.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/a~1b',
    '/dags/encode hd/pool',
    '/dags/encode hd/trigger_rule',
    '/max_scheduler_count',
    '/scheduler_mode',
    '/switch',
    '/works/0',
    '/works/0',
    '/works/1',
    '/works/1',
    '/works/1/work_config/delaies',
    '/works/1/work_config/exec_timeout',
    '/works/1/work_config/retries',
  ]);
  expect(definition.nodes.map(({ key }) => key)).toEqual(['encode_hd', '__']);
  expect(works.map(({ key }) => key)).toEqual(['encode-hd', 'w--']);
});

test('a flow config that has works is one, whatever else it has', () => {
  expect(imported({ ...minimal, name: 'Mine', config: 'of another' })).toMatchObject({
    name: 'Mine',
    definition: { nodes: [{ key: 'a' }, { key: 'b' }] },
    notCarried: [{ pointer: '/config' }],
  });
});

test.each([null, '', '{}'])('parameters that are %j are none', (env) => {
  const { definition, notCarried } = imported({ ...minimal, env });
  expect(definition).not.toHaveProperty('env');
  expect(notCarried).toEqual([]);
});

test('a pipeline that was off is said to be on now, whatever its switch is written as', () => {
  const notes = (value: unknown) => imported({ ...minimal, switch: value }).notCarried;
  expect(notes('0')).toMatchObject([{ pointer: '/switch' }]);
  expect(notes('1')).toEqual([]);
});

test('a limit is a whole number, and so are retries and seconds; no seconds are no timeout', () => {
  expect(imported({ ...minimal, max_scheduler_count: 1.5 })).toMatchObject({
    settings: { maxRunning: 0 },
    notCarried: [{ pointer: '/max_scheduler_count' }],
  });
  const work = (config: object) =>
    imported({ works: [{ work_key: 'a', work_config: JSON.stringify(config) }] }).works[0];
  expect(work({ retries: '100', push_timeout: 1.5 })).toEqual({ key: 'a', retry: { limit: 100 } });
  expect(work({ retries: '101', exec_timeout: 0 })).toEqual({ key: 'a' });
});

test('a work waits for all that it names, once each, under either name', () => {
  const { definition } = imported({
    works: ['a', 'b', 'c'],
    dags: { c: { dependencies: ['a', 'b', 'a'], trigger_rule: 'all_failed' } },
  });
  expect(definition.edges).toEqual([
    { from: 'a', to: 'c' },
    { from: 'b', to: 'c' },
  ]);
  expect(definition.nodes[2]?.trigger).toBe('all_failed');
});

describe('what cannot be run is refused', () => {
  test.each<[string, unknown, string[]]>([
    ['no object', [], ['schema : A Termite pipeline is a JSON object.']],
    ['no works', { dags: {} }, ['schema /works: A Termite pipeline has a list of works.']],
    ['an empty list of works', { works: [] }, ['no_nodes /nodes: The workflow has no nodes.']],
    ['a work twice', { works: ['a', 'a'] }, ['schema /works/1: More than one work is called "a".']],
    [
      'works that would share a key here',
      { works: ['-a', 'w-a'] },
      ['schema /works/1: More than one work is called "w_a".'],
    ],
    [
      'a work without a key',
      { works: [{}, 1] },
      ['schema /works/0: Work 1 has no key.', 'schema /works/1: Work 2 has no key.'],
    ],
    [
      'a flow config that is no JSON',
      { flow_key: 'a', flow_config: '{' },
      [
        'schema /flow_config: The flow config is not a JSON object.',
        'schema /flow_config/works: A Termite pipeline has a list of works.',
      ],
    ],
    [
      'dependences that are not there',
      { works: ['a'], dags: { a: { dependences: ['q', 7] }, z: {} } },
      [
        'unknown_node /dags/a/dependences/0: "q" is not among the works.',
        'unknown_node /dags/a/dependences/1: 7 is not among the works.',
        'unknown_node /dags/z: dags names "z", which is not among the works.',
      ],
    ],
    [
      'a rule that is not there',
      { works: ['a', 'b'], dags: { b: { dependences: ['a'], trigger_rule: 'toString' } } },
      ['schema /dags/b/trigger_rule: There is no trigger rule "toString".'],
    ],
    [
      'a cycle',
      { works: ['a', 'b'], dags: { a: { dependences: ['b'] }, b: { dependences: ['a'] } } },
      ['cycle /dags: These works wait for one another: a -> b -> a.'],
    ],
    [
      'a work that waits for itself',
      { works: ['a'], dags: { a: { dependences: ['a'] } } },
      ['cycle /dags: These works wait for one another: a -> a.'],
    ],
  ])('%s', (_name, document, problems) => {
    expect(refused(document)).toEqual(problems);
  });
});

test('arbitrary JSON is answered, and what is imported is valid', () => {
  const name = fc.constantFrom('a', 'b', 'c d', '转', '__proto__', '');
  const json = fc.jsonValue({ maxDepth: 3 });
  const config = fc.record(
    {
      works: fc.oneof(
        fc.array(
          fc.oneof(
            name,
            fc.record({
              work_key: name,
              work_config: fc.oneof(fc.constant('{"retries":"2"}'), json),
            }),
            json,
          ),
          { maxLength: 4 },
        ),
        json,
      ),
      dags: fc.oneof(
        fc.dictionary(
          name,
          fc.oneof(
            fc.record(
              {
                dependences: fc.array(name),
                trigger_rule: fc.constantFrom('all_done', 'one_fail', 'x'),
              },
              { requiredKeys: [] },
            ),
            json,
          ),
        ),
        json,
      ),
      max_scheduler_count: json,
      scheduler_mode: json,
    },
    { requiredKeys: [] },
  );
  const row = fc.record({
    flow_key: fc.oneof(name, json),
    flow_config: fc.oneof(
      config,
      config.map((value) => JSON.stringify(value)),
      json,
    ),
    env: json,
  });

  fc.assert(
    fc.property(fc.oneof(json, config, row), (document) => {
      const result = importTermite(document);
      if ('problems' in result) {
        expect(result.problems.length).toBeGreaterThan(0);
      } else {
        const works = new Set(result.works.map(({ key }) => key));
        expect(validateDefinition(result.definition, { works }).problems).toEqual([]);
      }
    }),
    { numRuns: 1_500 },
  );
});
