import { expect, test } from 'vitest';
import { importBcs } from './bcs.ts';

function steps(...list: readonly object[]) {
  const result = importBcs({ taskName: 't', steps: list });
  if ('problems' in result) {
    expect.fail(JSON.stringify(result.problems));
  }
  return { nodes: result.definition.nodes as Record<string, unknown>[], said: result.notCarried };
}

test('a step is done by its executor, else by its method, else by what is called as it is', () => {
  const { nodes } = steps(
    { name: 'a', executor: 'by-executor', method: 'by-method' },
    { name: 'b', method: 'by-method', taskMethod: 'by-task' },
    { name: 'c' },
  );
  expect(nodes.map(({ work }) => work)).toEqual(['by-executor', 'by-method', 'c']);
});

test('a step has the first title that says more than its name', () => {
  const { nodes } = steps(
    { name: 'a', alias: 'a', stepname: 'The first' },
    { name: 'b', alias: 'b' },
  );
  expect(nodes.map(({ name }) => name)).toEqual(['The first', undefined]);
});

test('retries that are allowed are kept, and those that were counted are said not to be', () => {
  const { nodes, said } = steps(
    { name: 'a', maxRetries: 3, retryCount: 2 },
    { name: 'b', maxRetries: 3, retryCount: 0 },
    { name: 'c', retryCount: 2 },
  );
  expect(nodes.map(({ retry }) => retry)).toEqual([{ limit: 3 }, { limit: 3 }, { limit: 2 }]);
  expect(said).toEqual([
    { pointer: '/steps/0/retryCount', message: 'Retries of one run are not carried over.' },
  ]);
});

test('what is handed to a step beside its params is among them, but never in the place of one', () => {
  const { nodes, said } = steps(
    { name: 'a', params: { extras: 'own' }, extras: '{"x":1}', payload: '{{ p }}' },
    { name: 'b', extras: '{}', payload: 'e30=' },
  );
  expect(nodes.map(({ input }) => (input as { params: object }).params)).toEqual([
    { extras: 'own', payload: '\\{{ p }}' },
    {},
  ]);
  expect(said).toContainEqual({
    pointer: '/steps/0/extras',
    message: 'There is a param "extras" already.',
  });
});

test('a step that the sequence does not name is said never to run', () => {
  const result = importBcs({ stepSequence: ['a'], steps: { a: {}, b: { method: 'm' } } });
  expect(result).toMatchObject({
    definition: { nodes: [{ key: 'a' }] },
    notCarried: [
      { pointer: '/steps/b', message: 'stepSequence does not name "b", so it never runs.' },
    ],
  });
});
