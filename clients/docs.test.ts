/** The programs of docs/clients.md are run: workers against the real API, receivers behind a real installation's pushes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../test/ports.ts';
import { findPython } from '../test/python.ts';
import { servedApi } from '../test/served.ts';

const page = readFileSync(new URL('../docs/clients.md', import.meta.url), 'utf8');
const python = findPython('the Python programs of docs/clients.md are');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function program(language: string, name: string): string {
  const [, text = ''] =
    new RegExp(`^\`\`\`${language} ${name}\n(.*?)^\`\`\``, 'ms').exec(page) ?? [];
  const source = `${import.meta.dirname}/typescript/src/index.ts`;
  return text.replace("'latchwork-client'", `'${source}'`);
}

function start(language: string, name: string, environment: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-docs-'));
  const file = path.join(folder, language === 'ts' ? 'program.mts' : 'program.py');
  writeFileSync(file, program(language, name));
  const child = spawn(language === 'ts' ? process.execPath : (python ?? ''), [file], {
    env: { ...process.env, PYTHONPATH: `${import.meta.dirname}/python`, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
}

describe.each([
  ['ts', true],
  ['python', python !== null],
])('in %s', (language, there) => {
  let api: Awaited<ReturnType<typeof servedApi>>;
  beforeEach(async () => {
    api = await servedApi();
    return () => api.close();
  });

  async function shouts(work: object): Promise<void> {
    const node = { key: 'a', type: 'task' as const, work: 'shout', input: { text: 'hello' } };
    const output = '{{ tasks.a.output.text }}';
    await api.publish({ schemaVersion: 1, nodes: [node], edges: [], output }, { shout: work });
    const id = await api.create();

    await expect.poll(async () => (await api.look(id)).output).toBe('HELLO');
  }

  test.skipIf(!there)('the worker does its work', async () => {
    start(language, 'worker', { LATCHWORK_URL: api.url, LATCHWORK_API_KEY: api.apiKey });
    await shouts({});
  });

  test.skipIf(!there)('the receiver takes pushes', async () => {
    const port = await freePort();
    start(language, 'receiver', { SECRET, PORT: String(port) });
    await api.startWorkerProcess();
    await shouts({ delivery: 'push', url: `http://127.0.0.1:${port}/`, secret: SECRET });
  });
});
