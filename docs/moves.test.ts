/** The table of moves is true: which there are, which states each leaves from, what the history calls it. The pages say the same. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import { isAllowed, MOVE_NAMES as SHOWN } from '#components/instance/moves/table.ts';
import { MOVE_NAMES, type MoveName } from '#operations/instances/moves.ts';
import { testApi } from '#test/api.ts';

const page = readFileSync(new URL('moves.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
  await api.put('/works/a', {});
  const nodes = [{ key: 'a', type: 'task', work: 'a' }];
  for (const key of ['open', 'limited']) {
    await api.post('/workflows', { key, definition: { schemaVersion: 1, nodes, edges: [] } });
    await api.post(`/workflows/${key}/publish`, {});
  }
  await api.patch('/workflows/limited', { enabled: false });
});

async function instanceIn(status: InstanceStatus): Promise<string> {
  const runAt = new Date(api.ctx.clock().getTime() + 60_000).toISOString();
  const made = await api.post(`/workflows/${status === 'queued' ? 'limited' : 'open'}/instances`, {
    objectId: 'x',
    ...(status === 'scheduled' && { runAt }),
  });
  const { id } = made.body;

  if (status === 'succeeded' || status === 'failed') {
    await api.post(`/instances/${id}/mark`, { task: 'a', as: status });
  } else if (status === 'paused' || status === 'cancelled') {
    await api.post(`/instances/${id}/${status === 'paused' ? 'pause' : 'cancel'}`);
  }
  expect((await api.get(`/instances/${id}`)).body.status).toBe(status);
  return id;
}

const PARAMS: Partial<Record<MoveName, object>> = {
  restart: { from: 'a' },
  mark: { task: 'a', as: 'skipped' },
  'retry-segments': { task: 'a' },
  'change-priority': { priority: 1 },
  'change-version': { version: 1 },
  'edit-context': { patch: {} },
};

test('it has all moves', () => {
  expect(rows.map(([, move]) => move)).toEqual(MOVE_NAMES);
  expect(new Set(SHOWN)).toEqual(new Set(MOVE_NAMES));
});

test.each(MOVE_NAMES)('%s leaves from the states that it says', async (move) => {
  const [, , , from = '', , events = ''] = rows.find(([, name]) => name === move) ?? [];
  const made = await Promise.all(
    INSTANCE_STATUSES.map(async (status) => {
      const id = await instanceIn(status);
      const answer = await api.post(`/instances/${id}/${move}`, PARAMS[move] ?? {});
      const { data } = (await api.get(`/instances/${id}/events`)).body;
      const refused = String(answer.body.detail).startsWith(`Instance ${id} is ${status}; `);
      return { status, refused, event: answer.status === 200 ? data.at(-1).type : null };
    }),
  );
  const leaves = made.filter(({ refused }) => !refused).map(({ status }) => status);

  expect(from.split(', ').toSorted()).toEqual(leaves.toSorted());
  expect(INSTANCE_STATUSES.filter((status) => isAllowed(move, status))).toEqual(leaves);
  for (const { event } of made) {
    expect([...events.split(', '), null]).toContain(event);
  }
});
