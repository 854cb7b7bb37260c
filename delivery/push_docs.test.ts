/** Replays docs/push.md: its message is the one we send, its programs are run and take pushes, its table says what verdict.ts does. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '#test/ports.ts';
import { findPython } from '#test/python.ts';
import { createOutbound } from './http.ts';
import { pushRequest, type PushTask, type PushWork } from './push.ts';
import { signWith, verifySignature } from './signature.ts';
import { DELIVERY_RETRY, judgeAnswer } from './verdict.ts';

const page = readFileSync(new URL('../docs/push.md', import.meta.url), 'utf8');
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The fenced block of that language. */
function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
}

const [head = '', pretty = ''] = block('http').split('\n\n');
const headers = Object.fromEntries(
  head
    .split('\n')
    .slice(1)
    .map((line) => line.split(': ') as [string, string]),
);
const message = JSON.parse(pretty);
const { traceparent: _, ...claimed } = message.data;
const task: PushTask = { ...claimed, deliveries: 0 };
const work: PushWork = {
  key: task.work,
  url: 'https://worker.example/latchwork',
  secrets: [secret],
  timeoutSeconds: 15,
  concurrency: 64,
};

test('the message is what we send for its task, byte for byte', () => {
  const sent = pushRequest(task, work, signWith([secret]), new Date(message.timestamp));
  const { Host, ...ours } = headers;

  expect(Host).toBe('worker.example');
  expect(sent.body?.toString()).toBe(JSON.stringify(message));
  expect(sent.headers).toEqual(Object.entries(ours).flat());
});

test('its signature is valid at its time', () => {
  const body = Buffer.from(JSON.stringify(message));

  expect(verifySignature([secret], headers, body, new Date(message.timestamp))).toBeNull();
});

describe('the table of answers', () => {
  const verdictOf = (status: number, body = '') => {
    const answer = { ok: true, status, headers: {}, body: Buffer.from(body) } as const;
    return judgeAnswer(answer, 0, new Date(), 0).type;
  };

  test.each([
    ['succeeded', /^done/],
    ['failed', /^failed/],
  ])('says what {"status": "%s"} means', (status, meaning) => {
    expect(meaningOf(`\`2xx\` with \`{"status": "${status}"`)).toMatch(meaning);
    expect(verdictOf(200, JSON.stringify({ status }))).toBe(status);
  });

  test('says what every status means', () => {
    expect(meaningOf('any other `2xx`')).toMatch(/^accepted/);
    expect(verdictOf(202)).toBe('accepted');

    expect(meaningOf('`409`')).toMatch(/^not now/);
    expect(verdictOf(409)).toBe('rejected');

    const again = '`408`, `425`, `429`, `5xx`';
    expect(meaningOf(again)).toContain(`1 s to 5 min, ${DELIVERY_RETRY.limit} times`);
    expect([408, 425, 429, 500].map((status) => verdictOf(status))).toEqual(Array(4).fill('retry'));

    expect(meaningOf('any other `4xx`')).toContain('`delivery_failed`');
    expect(verdictOf(404)).toBe('undeliverable');
  });

  function meaningOf(answer: string): string {
    const row = page.split('\n').find((line) => line.startsWith(`| ${answer}`));
    return row?.split(' | ').at(-1) ?? '';
  }
});

describe('the receiver', () => {
  const python = findPython('the Python receiver of docs/push.md is');

  test('in Node takes our pushes and no others', () => check(process.execPath, 'js', 'mjs'));

  test.skipIf(python === null)('in Python takes our pushes and no others', () =>
    check(python ?? '', 'python', 'py'),
  );

  async function check(command: string, language: string, extension: string): Promise<void> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/latchwork`;
    runProgram(command, block(language), extension, port);

    const outbound = createOutbound({
      policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
    });
    onTestFinished(() => outbound.close());
    const push = (secrets: string[], now = new Date()) =>
      outbound.send(pushRequest(task, { ...work, url }, signWith(secrets), now));

    await expect.poll(async () => (await push([secret])).ok).toBe(true);

    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const judged = judgeAnswer(await push([other, secret]), 0, new Date(), 0);

    expect(judged).toMatchObject({ type: 'succeeded', output: { thumbnail: 'photo-1.64.jpg' } });
    expect(await push([other])).toMatchObject({ status: 401 });
    expect(await push([secret], new Date(Date.now() - 400_000))).toMatchObject({ status: 401 });
  }

  function runProgram(command: string, program: string, extension: string, port: number): void {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-docs-'));
    const file = path.join(folder, `receiver.${extension}`);
    writeFileSync(file, program);
    const child = spawn(command, [file], {
      env: { ...process.env, SECRET: secret, PORT: String(port) },
      stdio: 'ignore',
    });

    onTestFinished(() => {
      child.kill();
      rmSync(folder, { recursive: true });
    });
  }
});
