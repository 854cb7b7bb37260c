import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findPython } from '#test/python.ts';
import { servedApi } from '#test/served.ts';

const found = findPython('the tests of the Python worker are');
const python = found ?? '';

test.skipIf(found === null)('the tests of the Python worker pass', () => {
  const { status, stderr } = spawnSync(python, ['-B', '-m', 'unittest', 'discover'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });

  expect({ status, stderr }).toMatchObject({ status: 0 });
});

test.skipIf(found === null)('the pipeline of Termite runs to its end', async () => {
  const api = await servedApi();
  await api.startWorkerProcess();
  const document = JSON.parse(readFileSync(`${import.meta.dirname}/pipeline.json`, 'utf8'));
  const imported = { format: 'termite', document, key: 'test', publish: true };
  expect(await api.post('/workflows/import', imported)).toMatchObject({ status: 201 });
  const encodes = mkdtempSync(path.join(tmpdir(), 'latchwork-encodes-'));
  onTestFinished(() => rmSync(encodes, { recursive: true }));

  const child = spawn(python, ['-B', 'worker.py'], {
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      LATCHWORK_URL: api.url,
      LATCHWORK_API_KEY: api.apiKey,
      LATCHWORK_ENCODE_DIR: encodes,
    },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const id = await api.create();

  await expect.poll(async () => (await api.look(id)).status).toBe('succeeded');
  const [attempt] = await api.attemptsOf(id, 'video_encode_trace_task');
  expect(attempt.output).toMatchObject({ bytes: expect.any(Number), sha256: expect.any(String) });

  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
