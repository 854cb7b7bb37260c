/** What is published: plain JavaScript that runs, declarations that a stranger's compiler understands. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const client = path.join(root, 'clients/typescript');
const tsc = path.join(root, 'node_modules/.bin/tsc');

test('the package builds, runs and is typed for those who install it', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'latchwork-client-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const installed = path.join(home, 'node_modules/latchwork-client');
  mkdirSync(path.join(home, 'node_modules/@types'), { recursive: true });
  mkdirSync(installed);
  symlinkSync(
    path.join(root, 'node_modules/@types/node'),
    path.join(home, 'node_modules/@types/node'),
  );
  symlinkSync(
    path.join(root, 'node_modules/undici-types'),
    path.join(home, 'node_modules/undici-types'),
  );

  execFileSync(tsc, ['-p', client, '--outDir', path.join(installed, 'dist')], { stdio: 'inherit' });
  const manifest = readFileSync(path.join(client, 'package.json'), 'utf8');
  writeFileSync(path.join(installed, 'package.json'), manifest);
  writeFileSync(path.join(home, 'package.json'), '{"type": "module"}');
  writeFileSync(path.join(home, 'mine.ts'), PROGRAM);
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  execFileSync(tsc, [...strict, 'mine.ts'], { cwd: home, stdio: 'inherit' });

  const printed = execFileSync(process.execPath, ['mine.js'], { cwd: home, encoding: 'utf8' });
  expect(printed).toBe('function 0\n');
  expect(JSON.parse(manifest)).not.toHaveProperty('dependencies');
});

/** A stranger's. What must not compile is said so. */
const PROGRAM = `
import { createClient, createReceiver, createWorker, delay, type Instance, type Task } from 'latchwork-client';

const worker = createWorker({
  url: 'http://localhost:3000',
  apiKey: 'lwk_',
  works: { resize: async (task: Task<{ width: number }>, signal) => (signal.aborted ? delay(1) : task.input.width) },
});
const client = createClient({ url: 'http://localhost:3000', apiKey: 'lwk_' });

export async function main(): Promise<Instance> {
  const { data } = await client.call('listInstances', { query: { status: 'failed', limit: 10 } });
  // @ts-expect-error -- needs the id
  await client.call('getInstance');
  // @ts-expect-error -- needs the object id
  return data[0] ?? client.createInstance('photos', { input: 1 });
}

console.log(typeof createReceiver({ secrets: ['whsec_AAAA'], works: {} }), worker.running);
`;
