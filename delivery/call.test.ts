import { describe, expect, test } from 'vitest';
import { callRequest, type Call, judgeCall, showCall } from './call.ts';
import type { OutboundAnswer } from './http.ts';

const call = (more: Partial<Call> = {}): Call => ({
  method: 'POST',
  url: 'https://service.example/jobs',
  headers: {},
  body: undefined,
  timeoutSeconds: 15,
  ...more,
});

const answered = (status: number, headers = {}, body = ''): OutboundAnswer => ({
  ok: true,
  status,
  headers,
  body: Buffer.from(body),
});

const now = new Date('2026-03-01T12:00:00Z');

describe('a request', () => {
  test.each([
    [undefined, undefined, null],
    [{ a: 1 }, 'application/json', '{"a":1}'],
    [null, 'application/json', 'null'],
    ['a=1', 'text/plain; charset=utf-8', 'a=1'],
  ])('with the body %j is %s', (body, type, sent) => {
    const { headers, body: bytes } = callRequest(call({ body }));

    expect(headers[headers.indexOf('content-type') + 1]).toBe(type ?? headers[0]);
    expect(bytes?.toString() ?? null).toBe(sent);
  });

  test('may say itself what we would say for it', () => {
    const { headers } = callRequest(
      call({ headers: { 'Content-Type': 'text/csv', 'Idempotency-Key': 'mine' }, body: 'a,b' }),
      { 'idempotency-key': 'ours' },
    );

    expect(headers).toEqual([
      'user-agent',
      'Latchwork',
      'content-type',
      'text/csv',
      'idempotency-key',
      'mine',
    ]);
  });

  test('has the time that it says, for all of it and for each part', () => {
    expect(callRequest(call({ timeoutSeconds: 2.5 })).limits).toEqual({
      totalMs: 2_500,
      headersMs: 2_500,
      bodyMs: 2_500,
    });
  });

  test('takes what we would say for it where it says nothing itself', () => {
    expect(callRequest(call(), { 'idempotency-key': 'ours' }).headers).toEqual([
      'user-agent',
      'Latchwork',
      'idempotency-key',
      'ours',
    ]);
  });

  test('without a body is shown without one', () => {
    expect(showCall(call(), [])).toEqual({
      method: 'POST',
      url: 'https://service.example/jobs',
      headers: {},
    });
  });

  test('is shown without what opens doors', () => {
    const shown = showCall(
      call({
        url: 'https://service.example/jobs?id=7&access_token=abc&sig=1&apiKey=xyz#here',
        headers: { Authorization: 'Bearer abc', 'X-Api-Key': 'k', 'x-team': 'blue' },
        body: { to: 'https://latchwork.example/api/v1/reports/TOKEN', n: 1 },
      }),
      ['TOKEN'],
    );

    expect(shown).toEqual({
      method: 'POST',
      url: 'https://service.example/jobs?id=7&access_token=(hidden)&sig=1&apiKey=(hidden)#here',
      headers: { Authorization: '(hidden)', 'X-Api-Key': '(hidden)', 'x-team': 'blue' },
      body: { to: 'https://latchwork.example/api/v1/reports/(hidden)', n: 1 },
    });
  });
});

describe('an answer', () => {
  test('is read as JSON if it is, else as text', () => {
    const bodyOf = (body: string) => {
      const verdict = judgeCall(answered(200, {}, body), now);
      return verdict.type === 'answered' ? verdict.answer.body : verdict;
    };

    expect(['', '{"a":1}', '7', '<html>', '{"a":'].map(bodyOf)).toEqual([
      null,
      { a: 1 },
      7,
      '<html>',
      '{"a":',
    ]);
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    expect(bodyOf(deep)).toBe(deep);
  });

  test('comes with its headers, but for those of the connection and its cookies', () => {
    const headers = {
      connection: 'close',
      'content-length': '0',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'set-cookie': ['a=1'],
      date: 'x',
      gone: undefined,
      link: ['<a>', '<b>'],
      location: '/7',
    };

    expect(judgeCall(answered(201, headers), now)).toEqual({
      type: 'answered',
      answer: { status: 201, headers: { link: '<a>, <b>', location: '/7' }, body: null },
    });
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('%i may be better later', (status) => {
    expect(judgeCall(answered(status, { 'retry-after': '7' }), now)).toMatchObject({
      type: 'unreachable',
      retryAfterMs: 7_000,
    });
  });

  test('that names no time to wait names none', () => {
    expect(judgeCall(answered(500), now)).toMatchObject({ retryAfterMs: 0 });
  });

  test.each([300, 400, 401, 403, 404, 409, 410, 422])('%i stays so', (status) => {
    expect(judgeCall(answered(status, {}, '{"why":1}'), now)).toMatchObject({
      type: 'refused',
      message: `the service answered ${status}: {"why":1}`,
      answer: { status, body: { why: 1 } },
    });
  });

  test('that never came is told apart from one that never will', () => {
    const typeOf = (code: Extract<OutboundAnswer, { ok: false }>['code']) =>
      judgeCall({ ok: false, code, message: code, status: null, headers: {} }, now).type;

    expect(
      (['timeout', 'connect', 'dns', 'reset', 'tls', 'bad_response'] as const).map(typeOf),
    ).toEqual(Array(6).fill('unreachable'));
    expect(
      judgeCall({ ok: false, code: 'dns', message: 'why', status: null, headers: {} }, now),
    ).toEqual({ type: 'unreachable', message: 'why', retryAfterMs: 0 });
    expect((['bad_url', 'refused_address', 'too_large', 'redirect'] as const).map(typeOf)).toEqual(
      Array(4).fill('impossible'),
    );
    expect(typeOf('stopped')).toBe('stopped');
  });
});
