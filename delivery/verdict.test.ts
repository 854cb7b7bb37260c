import { describe, expect, test } from 'vitest';
import { OUTBOUND_FAILURES, type OutboundFailure } from './failure.ts';
import type { OutboundAnswer, OutboundHeaders } from './http.ts';
import { healthOf, judgeAnswer, type Verdict } from './verdict.ts';

const now = new Date('2026-03-01T12:00:00Z');

function answered(status: number, body = '', headers: OutboundHeaders = {}): OutboundAnswer {
  return { ok: true, status, headers, body: Buffer.from(body) };
}

function failed(code: OutboundFailure, status: number | null = null): OutboundAnswer {
  return { ok: false, code, message: `${code} happened`, status, headers: {} };
}

/** The verdict on a first delivery with the longest jitter; on a later one where said. */
function judge(answer: OutboundAnswer, deliveries = 0): Verdict {
  return judgeAnswer(answer, deliveries, now, 1);
}

describe('a 2xx', () => {
  test.each([
    ['{"status":"succeeded","output":{"n":1}}', { n: 1 }, null],
    ['{"status":"succeeded"}', null, null],
    ['{"status":"succeeded","output":0,"context":{"a":null}}', 0, { a: null }],
    ['{"status":"finished","result":[1,2]}', [1, 2], null],
    [' {"status":"finished","output":false,"result":1}', false, null],
  ])('is the result: %s', (body, output, context) => {
    expect(judge(answered(200, body))).toEqual({ type: 'succeeded', output, context });
  });

  test.each([
    ['{"status":"failed","message":"no disk"}', { message: 'no disk' }],
    ['{"status":"failed","error":"no disk"}', { message: 'no disk' }],
    ['{"status":"failed","error":{"message":"no disk"}}', { message: 'no disk' }],
    ['{"status":"failed","message":7}', { message: 'the endpoint answered "failed"' }],
    [
      '{"status":"failed","message":"x","code":"E7","retryable":false,"details":{"a":1}}',
      { message: 'x', code: 'E7', retryable: false, details: { a: 1 } },
    ],
  ])('is the failure: %s', (body, expected) => {
    expect(judge(answered(200, body))).toEqual({
      type: 'failed',
      code: null,
      retryable: true,
      details: null,
      ...expected,
    });
  });

  test.each([
    '',
    'OK',
    '{"accepted":true}',
    '{"status":"running"}',
    '[]',
    '"succeeded"',
    'null',
    '{"status":"succ',
    '<html>',
  ])('with the body %j is an acceptance', (body) => {
    expect(judge(answered(202, body))).toEqual({ type: 'accepted' });
  });

  test('with a context that is not an object is undeliverable for good', () => {
    expect(judge(answered(200, '{"status":"succeeded","context":[1]}'))).toMatchObject({
      type: 'undeliverable',
      retryable: false,
    });
  });
});

describe('another status', () => {
  test('of 409 is a rejection', () => {
    expect(judge(answered(409, 'busy\n\u0007with another'))).toEqual({
      type: 'rejected',
      reason: 'the endpoint answered 409: busy with another',
    });
  });

  test.each([408, 425, 429, 500, 502, 503, 504, 599])('of %i delivers again', (status) => {
    expect(judge(answered(status))).toEqual({
      type: 'retry',
      afterMs: 1_000,
      reason: `the endpoint answered ${status}`,
      status,
    });
  });

  test.each([400, 401, 403, 404, 405, 410, 413, 418, 422, 451])(
    'of %i is undeliverable',
    (status) => {
      expect(judge(answered(status, 'nope'))).toEqual({
        type: 'undeliverable',
        message: `the endpoint answered ${status}: nope`,
        retryable: true,
      });
    },
  );
});

describe('no answer', () => {
  const outcomes: Record<OutboundFailure, Partial<Verdict>> = {
    dns: { type: 'retry', afterMs: 1_000 },
    connect: { type: 'retry', afterMs: 1_000 },
    tls: { type: 'retry', afterMs: 1_000 },
    timeout: { type: 'retry', afterMs: 1_000 },
    reset: { type: 'retry', afterMs: 1_000 },
    bad_response: { type: 'retry', afterMs: 1_000 },
    stopped: { type: 'retry', afterMs: 0 },
    redirect: { type: 'undeliverable', retryable: true },
    too_large: { type: 'undeliverable', retryable: false },
    bad_url: { type: 'undeliverable', retryable: false },
    refused_address: { type: 'undeliverable', retryable: false },
  };

  test.each(Object.keys(OUTBOUND_FAILURES) as OutboundFailure[])('because of %s', (code) => {
    expect(judge(failed(code))).toMatchObject(outcomes[code]);
  });

  test('because a 503 was too large delivers again', () => {
    expect(judge(failed('too_large', 503))).toMatchObject({ type: 'retry' });
  });
});

describe('the next delivery', () => {
  test('comes later each time, five minutes at most, within its jitter', () => {
    const waits = [0, 1, 2, 3, 8, 9, 19].map((n) => {
      const verdict = judge(failed('connect'), n);
      return verdict.type === 'retry' ? verdict.afterMs : null;
    });

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
    expect(judgeAnswer(failed('connect'), 2, now, 0)).toMatchObject({ afterMs: 2_000 });
  });

  test('comes never after the twentieth', () => {
    expect(judge(failed('connect'), 20)).toEqual({
      type: 'undeliverable',
      message: 'Given up after 21 deliveries; the last: connect happened',
      retryable: true,
    });
  });

  test.each([
    ['7', 7_000],
    ['0', 1_000],
    ['86400', 3_600_000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 1_000],
    ['soon', 1_000],
    ['-5', 1_000],
  ])('obeys Retry-After: %s', (value, afterMs) => {
    expect(judge(answered(429, '', { 'retry-after': value }))).toMatchObject({ afterMs });
    expect(judge(answered(503, '', { 'retry-after': value }))).toMatchObject({ afterMs });
  });
});

describe('the health of an endpoint', () => {
  test.each([200, 202, 301, 400, 404, 408, 409, 425])('that answers %i is good', (status) => {
    expect(healthOf(answered(status), now)).toEqual({ type: 'answered' });
  });

  test.each([429, 500, 503])('that answers %i is bad, or a wish to be left alone', (status) => {
    expect(healthOf(answered(status), now)).toEqual({ type: 'failed' });
    expect(healthOf(answered(status, '', { 'retry-after': '9' }), now)).toEqual({
      type: 'asked_to_wait',
      afterMs: 9_000,
    });
  });

  test('that does not answer is bad, unless it was never asked', () => {
    const good = (Object.keys(OUTBOUND_FAILURES) as OutboundFailure[]).filter(
      (code) => healthOf(failed(code), now).type === 'answered',
    );

    expect(good).toEqual(['bad_url', 'refused_address', 'too_large', 'redirect']);
  });
});
