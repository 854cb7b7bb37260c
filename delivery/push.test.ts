import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { pushRequest, type PushTask, type PushWork } from './push.ts';
import { signWith } from './signature.ts';

const work: PushWork = {
  key: 'resize',
  url: 'https://worker.example/hook',
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  timeoutSeconds: 15,
  concurrency: 64,
};

const task: PushTask = {
  id: '0195d2a0-0000-7000-8000-000000000001_thumb',
  instanceId: '0195d2a0-0000-7000-8000-000000000001',
  objectId: 'photo-1',
  workflow: 'image-mosaic',
  version: 3,
  task: 'thumb',
  work: 'resize',
  segment: null,
  input: { width: 64, title: 'Möwe' },
  attempt: 1,
  priority: 0,
  token: 'c2VjcmV0LXRva2Vu',
  deadlines: { startBy: null, runBy: '2026-03-01T13:00:00.000Z', heartbeatSeconds: null },
  reportUrl: 'https://latchwork.example/api/v1/reports/c2VjcmV0LXRva2Vu',
  deliveries: 4,
};

function build(changes: Partial<PushTask> = {}, now = new Date()) {
  const request = pushRequest({ ...task, ...changes }, work, signWith(work.secrets), now);
  const body = request.body?.toString() ?? '';
  const headers: Record<string, string> = {};

  for (let index = 0; index < request.headers.length; index += 2) {
    headers[request.headers[index] ?? ''] = request.headers[index + 1] ?? '';
  }

  return { request, headers, body, message: JSON.parse(body) };
}

test('a push is a signed message that holds the claimed task', () => {
  const now = new Date();
  const { request, headers, body, message } = build({}, now);
  const { deliveries: _, ...claimed } = task;

  expect(message).toEqual({
    type: 'task.push',
    timestamp: now.toISOString(),
    data: { ...claimed, traceparent: headers['traceparent'] },
  });
  expect(new Webhook(work.secrets[0] ?? '').verify(body, headers)).toEqual(message);
  expect(request).toMatchObject({ method: 'POST', url: work.url, limits: { totalMs: 15_000 } });
});

test('a second delivery of an attempt has the same webhook-id, the next attempt another one', () => {
  const first = build();
  const again = build({ deliveries: 9 }, new Date(Date.now() + 60_000));
  const next = build({ attempt: 2, token: 'another' });

  expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
  expect(again.headers['traceparent']).toBe(first.headers['traceparent']);
  expect(next.headers['webhook-id']).not.toBe(first.headers['webhook-id']);
});

test('the headers give neither the token nor a part of it away', () => {
  const { headers } = build();

  expect(headers['webhook-id']).toMatch(/^msg_[0-9a-f]{32}$/);
  expect(JSON.stringify(headers)).not.toContain(task.token);
});

test('all tasks of an instance are one trace', () => {
  const [one, other] = [build(), build({ token: 'another' })].map(
    ({ headers }) => headers['traceparent'] ?? '',
  );

  expect(one).toMatch(/^00-0195d2a0000070008000000000000001-[0-9a-f]{16}-01$/);
  expect(other?.slice(0, 35)).toBe(one?.slice(0, 35));
  expect(other).not.toBe(one);
});

test('without a secret nothing is signed', () => {
  expect(pushRequest(task, work, null, new Date()).headers).not.toContain('webhook-signature');
});
