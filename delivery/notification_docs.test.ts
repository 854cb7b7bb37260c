/** Replays docs/notifications.md: its message is the one we send, its receiver is run and takes it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '#test/ports.ts';
import { createOutbound } from './http.ts';
import { judgeMessage, messageRequest, MOST_TRIES } from './notification.ts';
import { signWith } from './signature.ts';

const page = readFileSync(new URL('../docs/notifications.md', import.meta.url), 'utf8');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

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
const shown = JSON.parse(pretty);

/** The message of the page, sent at `now`. */
function requestOf(url: string, now: Date) {
  const webhookId = String(headers['webhook-id']).replace('msg_', '');
  const message = { ...shown, at: new Date(shown.timestamp), webhookId, url };

  return messageRequest(message, signWith([SECRET]), now);
}

test('the message is what we send, byte for byte', () => {
  const { Host: _, ...ours } = headers;
  const sent = requestOf('https://billing.example/hooks/latchwork', new Date(shown.timestamp));

  expect(sent.body?.toString()).toBe(JSON.stringify(shown));
  expect(sent.headers).toEqual(Object.entries(ours).flat());
});

test('the moments of the tries are those that it names', () => {
  const row = page.split('\n').find((line) => line.startsWith('| anything else')) ?? '';
  const named = [...row.matchAll(/(\d+) (s|min|h)\b/g)].map(
    ([, count, unit]) => Number(count) * { s: 1, min: 60, h: 3_600 }[unit as 's' | 'min' | 'h'],
  );
  const now = new Date(0);
  let at = 0;
  const ours = Array.from({ length: MOST_TRIES - 1 }, (_, place) => {
    const answer = { ok: true, status: 500, headers: {}, body: Buffer.from('') } as const;
    const verdict = judgeMessage(answer, place + 1, now, 0);
    at += verdict.type === 'again' ? verdict.at.getTime() / 1_000 : Number.NaN;
    return at;
  });

  expect(ours).toEqual(named);
});

test('the receiver takes it, and nothing that is not signed', async () => {
  const port = await freePort();
  // In the project, where it finds the library as in theirs.
  const program = fileURLToPath(new URL(`receiver-${port}.mjs`, import.meta.url));
  writeFileSync(program, block('js'));
  onTestFinished(() => rmSync(program));
  const receiver = spawn(process.execPath, [program], {
    env: { ...process.env, SECRET, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void receiver.kill());
  const outbound = createOutbound({
    policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
  });
  onTestFinished(() => outbound.close());
  const url = `http://127.0.0.1:${port}/`;
  const said = once(receiver.stdout, 'data');

  await expect.poll(async () => (await outbound.send(requestOf(url, new Date()))).status).toBe(204);
  expect(String(await said)).toBe(`instance.completed ${shown.data.instanceId} succeeded\n`);

  const forged = requestOf(url, new Date());
  const answer = await outbound.send({ ...forged, body: Buffer.from('{"type":"ping"}') });
  expect(answer.status).toBe(401);
});
