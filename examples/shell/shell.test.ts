/** The worker of the shell, run by the shell, against the real API. */
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { servedApi } from '#test/served.ts';

const missing = ['bash', 'curl', 'sha256sum'].filter(
  (program) => spawnSync(program, ['--version']).error,
);

describe.skipIf(missing.length > 0)('the worker of the shell', () => {
  let api: Awaited<ReturnType<typeof servedApi>>;
  beforeAll(async () => {
    api = await servedApi();
    const node = { key: 'a', type: 'task' as const, work: 'checksum', input: '{{ input }}' };
    await api.publish(
      { schemaVersion: 1, nodes: [node], edges: [], output: '{{ tasks.a.output }}' },
      { checksum: { retry: { limit: 0 } } },
    );
  });
  afterAll(() => api.close());

  function start(command: string) {
    const child = spawn('bash', [`${import.meta.dirname}/worker.sh`, 'checksum', command], {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        LATCHWORK_URL: api.url,
        LATCHWORK_API_KEY: api.apiKey,
        HEARTBEAT_SECONDS: '0.2',
      },
      stdio: 'ignore',
      // A group of its own, so that what it has started ends with it.
      detached: true,
    });
    onTestFinished(() => {
      if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    });
    return child;
  }
  const status = async (id: string) => (await api.look(id)).status;

  test('claims and reports, what failed too, and ends when asked to', async () => {
    const child = start('./checksum.sh');
    const file = `${import.meta.dirname}/worker.sh`;
    const [good, bad] = [
      await api.create({ input: { file } }),
      await api.create({ input: { file: '/nope' } }),
    ];
    await expect.poll(() => status(good)).toBe('succeeded');
    await expect.poll(() => status(bad)).toBe('failed');

    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect((await api.look(good)).output).toBe(sum);
    expect((await api.look(bad)).error.message).toMatch(/checksum ended with 1/);

    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  test('ends the command of a task that was cancelled', async () => {
    start('./endless.sh');
    const id = await api.create({ input: {} });
    await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

    await api.post(`/instances/${id}/cancel`, {});
    const next = await api.create({ input: {} });

    // It is free again, so the command before was ended.
    await expect.poll(async () => (await api.look(next)).tasks[0].status).toBe('running');
  });
});
