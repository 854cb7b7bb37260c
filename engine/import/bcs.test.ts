import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateDefinition } from '../validate.ts';
import { importBcs } from './bcs.ts';
import cluster from './samples/bcs_create_cluster.json' with { type: 'json' };
import sum from './samples/bcs_sum.json' with { type: 'json' };

test('a task of bcs-cluster-manager becomes a chain of tasks', () => {
  expect(importBcs(cluster)).toMatchObject({
    key: 'create-cluster',
    name: '创建集群',
    definition: {
      env: { operator: 'admin', jobType: 'create-cluster', note: '' },
      nodes: [
        {
          key: 'bcs_import_nodes',
          work: 'importNodesTask',
          name: '导入节点',
          retry: { limit: 3 },
          input: {
            params: { template: '\\{{ .IP }}' },
            commonParams: '{{ merge(env, context) }}',
          },
        },
        { key: 'bcs_install_agent', work: 'install-agent', onFailure: 'continue' },
        { key: 'bcs_update_db', work: 'bcs-update-db' },
      ],
      edges: [
        { from: 'bcs_import_nodes', to: 'bcs_install_agent' },
        { from: 'bcs_install_agent', to: 'bcs_update_db' },
      ],
    },
    works: [{ key: 'importNodesTask' }, { key: 'install-agent' }, { key: 'bcs-update-db' }],
  });
});

test('the callback of a task runs last, and does not make a failed task succeed', () => {
  const { definition } = importBcs(sum) as Extract<ReturnType<typeof importBcs>, { key: string }>;

  expect(definition.timeoutSeconds).toBe(600);
  expect(definition.nodes.slice(1)).toEqual([
    expect.objectContaining({ key: 'hello', retry: { limit: 4 }, onFailure: 'continue' }),
    {
      key: 'callback',
      type: 'task',
      work: 'sum_callback',
      trigger: 'all_done',
      input: {
        isSuccess: '{{ !(tasks.hello.status in ["failed", "upstream_failed"]) }}',
        commonParams: '{{ merge(env, context) }}',
      },
    },
    { key: 'end', type: 'end' },
  ]);
  expect(definition.edges).toEqual([
    { from: 'sum', to: 'hello' },
    { from: 'hello', to: 'callback' },
    { from: 'hello', to: 'end' },
  ]);
});

test.each([
  [[], 'schema '],
  [{}, 'schema /steps'],
  [{ stepSequence: ['a'], steps: {} }, 'unknown_node /stepSequence/0'],
  [{ steps: [{ method: 'x' }] }, 'schema /steps/0'],
  [{ steps: [{ name: 'a' }, { name: 'a' }] }, 'duplicate_key /steps/1'],
])('%j is no task', (document, problem) => {
  const result = importBcs(document);
  const problems = 'problems' in result ? result.problems : [];
  expect(problems.map(({ code, pointer }) => `${code} ${pointer}`)).toContain(problem);
});

test('arbitrary JSON is answered, and what is imported is valid', () => {
  const name = fc.constantFrom('a', 'b-c', '1', '转', '');
  const step = fc.record(
    { name, method: name, params: fc.jsonValue(), retryCount: fc.jsonValue(), extras: fc.string() },
    { requiredKeys: [] },
  );
  const task = fc.record(
    {
      stepSequence: fc.array(name),
      steps: fc.oneof(fc.dictionary(name, step), fc.array(step), fc.jsonValue()),
      commonParams: fc.jsonValue(),
      callbackName: name,
      maxExecutionSeconds: fc.jsonValue(),
    },
    { requiredKeys: ['steps'] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), task), (document) => {
      const result = importBcs(document);
      if (!('problems' in result)) {
        expect(validateDefinition(result.definition, { works: null }).problems).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
