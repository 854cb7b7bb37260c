/** Workflows that run workflows: what may be published. */
import { beforeAll, expect, test } from 'vitest';
import { testApi } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
});

type Child = { readonly workflow: string; readonly version?: number };

/** Saves a draft that runs these, and publishes it. */
async function publish(key: string, ...children: readonly Child[]) {
  await draft(key, ...children);
  return api.post(`/workflows/${key}/publish`, {});
}

async function draft(key: string, ...children: readonly Child[]) {
  await api.post('/workflows', { key });
  const { headers } = await api.get(`/workflows/${key}/draft`);
  const etag = headers.get('etag');
  const nodes = [
    { key: 'first', type: 'start' },
    ...children.map((child, index) => ({ key: `n${index}`, type: 'workflow', ...child })),
  ];
  const edges = children.map((_, index) => ({ from: 'first', to: `n${index}` }));

  await api.put(
    `/workflows/${key}/draft`,
    { definition: { schemaVersion: 1, nodes, edges } },
    { headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag } },
  );
}

test('a child must exist, and its version may not be retired', async () => {
  await publish('leaf');
  await publish('leaf');
  expect((await publish('parent', { workflow: 'leaf' })).status).toBe(201);
  expect((await publish('parent', { workflow: 'leaf', version: 1 })).status).toBe(201);

  await api.post('/workflows/leaf/versions/1/retire', {});
  const refused = await publish(
    'parent',
    { workflow: 'leaf', version: 1 },
    { workflow: 'leaf', version: 3 },
    { workflow: 'gone' },
    { workflow: 'leaf', version: 5_000_000_000 },
  );
  expect(refused.status).toBe(422);
  expect(refused.body.problems).toMatchObject([
    // There can be no such version anywhere.
    { code: 'schema', node: 'n3', pointer: '/nodes/4/version' },
    { code: 'unknown_version', node: 'n0' },
    { code: 'unknown_version', node: 'n1' },
    { code: 'unknown_workflow', node: 'n2' },
    { code: 'unknown_version', node: 'n3' },
  ]);
});

test('a workflow cannot come to run itself, however far below', async () => {
  await publish('c');
  await publish('b', { workflow: 'c' });
  await publish('a', { workflow: 'b' });

  const refused = await publish('c', { workflow: 'a' });
  expect(refused.status).toBe(422);
  expect(refused.body.problems).toMatchObject([
    { code: 'workflow_recursion', params: { path: 'c -> a -> b -> c' } },
  ]);
  expect((await api.post('/workflows/c/draft/validate', {})).body.problems).toMatchObject([
    { code: 'workflow_recursion' },
  ]);
  expect((await publish('self', { workflow: 'self' })).body.problems).toMatchObject([
    { code: 'workflow_recursion', params: { path: 'self -> self' } },
  ]);
});

test('only the versions that would run count', async () => {
  await publish('old');
  await publish('top');
  await publish('old', { workflow: 'top' });
  await publish('old');

  expect((await publish('top', { workflow: 'old', version: 2 })).status).toBe(422);
  expect((await publish('top', { workflow: 'old' })).status).toBe(201);
  expect((await publish('over', { workflow: 'old', version: 2 })).status).toBe(201);
});

test('a child that is not published yet is warned of', async () => {
  await draft('later');
  await publish('early', { workflow: 'later' });
  expect((await api.post('/workflows/early/draft/validate', {})).body.problems).toMatchObject([
    { code: 'workflow_unpublished', severity: 'warning' },
  ]);
});

test('of many that would close a circle at once, one does not', async () => {
  const keys = ['w0', 'w1', 'w2', 'w3'];
  await Promise.all(keys.map((key) => publish(key)));
  await Promise.all(
    keys.map((key, index) => draft(key, { workflow: keys[(index + 1) % keys.length] ?? '' })),
  );
  const answers = await Promise.all(keys.map((key) => api.post(`/workflows/${key}/publish`, {})));
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
    201, 201, 201, 422,
  ]);
});
