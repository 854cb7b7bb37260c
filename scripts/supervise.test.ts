import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from './log_file.ts';
import { supervise, type Supervised } from './supervise.ts';

let folder: string;
let words: string[];
let running: Supervised[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchwork-supervise-'));
  words = [];
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((program) => program.stop()));
  rmSync(folder, { recursive: true });
});

function start(code: string): Supervised {
  const program = supervise({
    name: 'program',
    args: ['--input-type=module', '--eval', code],
    cwd: folder,
    environment: {},
    stopSeconds: 0,
    log: new LogFile(path.join(folder, 'program.log')),
    onWord: (line) => words.push(line),
    quiet: true,
  });
  running.push(program);
  return program;
}

/** Its process is another. Numbers of processes begin again at some point: the next may be lower. */
async function expectAnother(program: Supervised, first: number | undefined): Promise<void> {
  await expect.poll(() => program.pid()).toSatisfy((pid) => pid !== undefined && pid !== first);
}

const WORKS = `process.send('ready'); setInterval(() => {}, 1000);`;

test('a program that is killed is started again', async () => {
  const program = start(WORKS);
  await program.ready;
  const first = program.pid();

  process.kill(first ?? 0, 'SIGKILL');

  await expectAnother(program, first);
  expect(words).toEqual(['program ended (SIGKILL); it is started again']);
});

test('one that never comes to work is given up, with its last words', async () => {
  const program = start(`console.error('there is no database'); process.exit(3);`);

  await expect(program.ready).rejects.toThrow(
    /The program process does not start \(3\):\n(.*\n)*there is no database/,
  );
});

test('one that does not stop when asked to is killed', async () => {
  const program = start(`process.on('SIGTERM', () => {}); ${WORKS}`);
  await program.ready;

  await program.stop();

  expect(program.pid()).toBeUndefined();
});

test('a restart that was asked for is no death', async () => {
  const program = start(`process.on('SIGTERM', () => process.exit(0)); ${WORKS}`);
  await program.ready;
  const first = program.pid();

  program.restart();

  await expectAnother(program, first);
  expect(words).toEqual([]);
});

test('the log keeps everything; the terminal hears of warnings, and of what is no log line on stderr', async () => {
  const lines = [
    { level: 30, msg: 'all is well' },
    { level: 50, msg: 'a request failed', err: { message: 'no such table' } },
  ].map((line) => JSON.stringify(line));
  const program = start(
    `${lines.map((line) => `console.log(${JSON.stringify(line)});`).join('')} console.log('chat'); console.error('hello'); ${WORKS}`,
  );
  await program.ready;

  await expect.poll(() => words).toHaveLength(2);
  expect(words.toSorted()).toEqual(['program: a request failed: no such table', 'program: hello']);
  const log = readFileSync(path.join(folder, 'program.log'), 'utf8').split('\n');
  expect(log.toSorted()).toEqual([...lines, 'chat', 'hello', ''].toSorted());
});
