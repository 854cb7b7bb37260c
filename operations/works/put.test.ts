import { describe, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { deleteWork } from './delete.ts';
import { putWork } from './put.ts';
import { getWorkSecrets, rotateWorkSecret } from './secrets.ts';

const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

const put = async (world: World, settings: object) => {
  const answer = await putWork(world.ctx, { key: 'a', ...settings });
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
};

const secrets = async (world: World) => {
  const answer = await getWorkSecrets(world.ctx, { key: 'a' });
  return isRefusal(answer) ? expect.fail(answer.message) : answer.secrets;
};

describe('the rate of a work', () => {
  const rate = (limit: number, perSeconds = 3_600) => ({ rate: { limit, perSeconds } });

  test('goes on where it was when the work is put again, and begins anew when it is another', async () => {
    const world = await setup({ dag: 'a' });
    await put(world, rate(2));
    for (let count = 0; count < 8; count += 1) {
      await world.create();
    }
    expect(await world.claim()).toHaveLength(2);
    await put(world, { ...rate(2), description: 'said more of' });
    expect(await world.claim()).toHaveLength(0);
    await put(world, rate(3));
    expect(await world.claim()).toHaveLength(3);
    await put(world, rate(3, 7_200));
    expect(await world.claim()).toHaveLength(3);
  });
});

describe('the secrets of a work', () => {
  const push = { delivery: 'push', url: 'https://worker.example' };

  test('are made with its first push, kept by what does not name them, and replaced by what does', async () => {
    const world = await setup({ dag: 'a' });
    expect(await secrets(world)).toEqual([]);
    await put(world, push);
    const made = await secrets(world);
    expect(made).toEqual([expect.stringMatching(/^whsec_/)]);

    await put(world, { ...push, description: 'said more of' });
    expect(await secrets(world)).toEqual(made);
    await put(world, {});
    expect(await secrets(world)).toEqual(made);
    await put(world, { ...push, secret: SECRET });
    expect(await secrets(world)).toEqual([SECRET]);
  });

  test('are two at most: the new one and the one before it', async () => {
    const world = await setup({ dag: 'a' });
    await put(world, { ...push, secret: SECRET });
    await rotateWorkSecret(world.ctx, { key: 'a' });
    const [second] = await secrets(world);
    expect(await secrets(world)).toEqual([second, SECRET]);

    await rotateWorkSecret(world.ctx, { key: 'a' });
    const [third, ...rest] = await secrets(world);
    expect(rest).toEqual([second]);
    expect(third).not.toBe(second);
  });
});

test('a limit counts what was handed out before it, of this work alone', async () => {
  const world = await setup({ dag: 'a, b' });
  await world.create();
  await world.claim();
  await put(world, { maxConcurrent: 1 });
  const rows = await world.db.sql`select work, slot from task order by work`;
  expect([...rows]).toEqual([
    { work: 'a', slot: true },
    { work: 'b', slot: false },
  ]);

  await world.create();
  expect(await world.claim(500, ['a'])).toEqual([]);
});

test('a work that runs in a version of before is in use, until nothing of that runs any more', async () => {
  const world = await setup({ dag: 'a' });
  await world.create();
  const gone = () => deleteWork(world.ctx, { key: 'a' });
  expect(await gone()).toMatchObject({
    refused: 'conflict',
    facts: { workflow: 'test', version: 1 },
  });

  await world.db.sql`update version set status = 'retired'`;
  expect(await gone()).toMatchObject({ refused: 'conflict' });
  await world.runAll();
  expect(await gone()).toEqual({ key: 'a' });
  expect(await world.db.sql`select from work_pulse where work = 'a'`).toHaveLength(0);
  expect(await gone()).toMatchObject({ refused: 'not_found' });
});

test("a work that the engine runs itself is nobody's to delete", async () => {
  const world = await setup({ dag: 'go', nodes: { go: { type: 'signal' } } });
  await world.create();
  expect(await deleteWork(world.ctx, { key: '#signal' })).toMatchObject({ refused: 'not_found' });
});
