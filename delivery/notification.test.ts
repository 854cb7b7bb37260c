import { expect, test } from 'vitest';
import type { OutboundAnswer } from './http.ts';
import {
  healthOfMessage,
  judgeMessage,
  messageRequest,
  MOST_TRIES,
  showAnswer,
  showRequest,
} from './notification.ts';
import { signWith } from './signature.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

function answered(status: number, headers = {}, body = ''): OutboundAnswer {
  return { ok: true, status, headers, body: Buffer.from(body) };
}

const UNANSWERED: OutboundAnswer = {
  ok: false,
  code: 'timeout',
  message: 'No answer in time',
  status: null,
  headers: {},
};

/** Seconds until the next try. */
function waitAfter(answer: OutboundAnswer, tries: number, random = 0): number {
  const verdict = judgeMessage(answer, tries, NOW, random);
  return verdict.type === 'again' ? (verdict.at.getTime() - NOW.getTime()) / 1_000 : Number.NaN;
}

test('only a 2xx is taken for delivered', () => {
  expect(judgeMessage(answered(204), 1, NOW, 0)).toEqual({ type: 'delivered' });
  for (const status of [302, 400, 401, 404, 429, 500]) {
    expect(judgeMessage(answered(status), 1, NOW, 0).type).toBe('again');
  }
  expect(judgeMessage(UNANSWERED, 1, NOW, 0)).toMatchObject({ type: 'again' });
});

test('tries are spread over a day', () => {
  const waits = Array.from({ length: MOST_TRIES - 1 }, (_, place) =>
    waitAfter(UNANSWERED, place + 1),
  );

  expect(waits[0]).toBe(5);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(24 * 3_600);
  expect(judgeMessage(UNANSWERED, MOST_TRIES, NOW, 0)).toEqual({
    type: 'dead',
    error: 'No answer in time',
  });
});

test('those that failed together do not come back together', () => {
  expect(waitAfter(UNANSWERED, 2, 0.5)).toBeGreaterThan(waitAfter(UNANSWERED, 2, 0));
});

test('Retry-After is obeyed where it asks for more', () => {
  expect(waitAfter(answered(503, { 'retry-after': '120' }), 1)).toBe(120);
  expect(waitAfter(answered(503, { 'retry-after': '1' }), 3)).toBe(25 * 60);
});

test('an endpoint that is gone is not asked again; one that was cut off is', () => {
  expect(judgeMessage(answered(410), 1, NOW, 0)).toMatchObject({ type: 'gone' });
  expect(judgeMessage({ ...UNANSWERED, code: 'stopped' }, 1, NOW, 0)).toEqual({ type: 'cut_off' });
});

test('whatever is not taken speaks of the health of the endpoint', () => {
  expect(healthOfMessage(answered(200), NOW)).toEqual({ type: 'answered' });
  expect(healthOfMessage(answered(404), NOW)).toEqual({ type: 'failed' });
  expect(healthOfMessage(answered(429, { 'retry-after': '9' }), NOW)).toEqual({
    type: 'asked_to_wait',
    afterMs: 9_000,
  });
});

test('the log shows neither signatures nor secrets of the URL, nor cookies', () => {
  const request = messageRequest(
    {
      webhookId: '0b5f2c9e-4a10-4000-8000-5b2f1c9e4a10',
      type: 'ping',
      at: NOW,
      data: {},
      url: 'https://example.com/hook?team=blue&token=s3cret',
    },
    signWith(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']),
    NOW,
  );

  expect(showRequest(request)).toEqual({
    method: 'POST',
    url: 'https://example.com/hook?team=blue&token=(hidden)',
    headers: {
      'user-agent': 'Latchwork',
      'content-type': 'application/json',
      'webhook-id': 'msg_0b5f2c9e4a10400080005b2f1c9e4a10',
      'webhook-timestamp': '1772366400',
      'webhook-signature': '(hidden)',
    },
  });
  expect(showAnswer(answered(200, { 'set-cookie': 'session=1', server: 'x' }, 'thanks'))).toEqual({
    status: 200,
    headers: { server: 'x' },
    body: 'thanks',
  });
  expect(showAnswer(UNANSWERED)).toBeNull();
});
