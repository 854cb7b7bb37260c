import { describe, expect, test } from 'vitest';
import type { OutboundAnswer } from '../http.ts';
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import { judge, type AnswerCodes } from './judge.ts';
import { wecom } from './wecom.ts';

const NOW = new Date('2026-11-21T08:31:00Z');
const CODES: AnswerCodes = {
  code: ['code', 'StatusCode'],
  message: ['msg', 'StatusMessage'],
  tooFast: new Set([9]),
  busy: new Set([-1]),
};

function judged(
  status: number,
  body: unknown,
  codes: AnswerCodes | null = CODES,
  headers: Record<string, string> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judge({ ok: true, status, headers, body: Buffer.from(text) }, codes, NOW);
}

const failure = (code: Extract<OutboundAnswer, { ok: false }>['code']): OutboundAnswer => ({
  ok: false,
  code,
  message: 'why',
  status: null,
  headers: {},
});

describe('an answer with a code in its body', () => {
  test('was taken where the code is 0, under whichever name', () => {
    expect(judged(200, { code: 0 })).toEqual({ type: 'sent', result: 'code 0' });
    expect(judged(200, { StatusCode: 0, StatusMessage: 'ok' })).toEqual({
      type: 'sent',
      result: 'code 0: ok',
    });
    // The first that is there counts.
    expect(judged(200, { code: 3, msg: 'no', StatusCode: 0, StatusMessage: 'ok' })).toMatchObject({
      type: 'failed',
      result: 'code 3: no',
    });
    expect(judged(200, { code: '0', StatusCode: 0, msg: 5, StatusMessage: 'ok' })).toMatchObject({
      result: 'code 0: ok',
    });
  });

  test('asks for patience, may be better later, or is final', () => {
    expect(judged(200, { code: 9, msg: 'slowly' })).toEqual({
      type: 'wait',
      afterMs: 60_000,
      result: 'code 9: slowly',
    });
    expect(judged(200, { code: -1 })).toMatchObject({ type: 'failed', final: false });
    expect(judged(200, { code: 8 })).toEqual({
      type: 'failed',
      final: true,
      afterMs: 0,
      result: 'code 8',
    });
  });

  test.each(['<html>', 'null', '7', '"code"', '{"code":"9"}', ''])(
    'may be better later where nobody can read %s',
    (body) => {
      expect(judged(200, body)).toMatchObject({
        type: 'failed',
        final: false,
        result: expect.stringMatching(/^answered 200 without a code/),
      });
    },
  );

  test('may say in a 400 that it was too fast; any other code there is what the status is', () => {
    expect(judged(400, { code: 9, msg: 'slowly' })).toEqual({
      type: 'wait',
      afterMs: 60_000,
      result: 'answered 400: {"code":9,"msg":"slowly"}',
    });
    expect(judged(400, { code: 9 }, null)).toMatchObject({ type: 'failed', final: true });
    expect(judged(400, { code: 0 })).toMatchObject({ type: 'failed', final: true, afterMs: 0 });
    expect(judged(500, { code: 8 })).toMatchObject({ type: 'failed', final: false });
  });
});

describe('a status', () => {
  test('says it all where there are no codes', () => {
    expect(judged(200, 'ok', null)).toEqual({ type: 'sent', result: 'answered 200' });
    expect(judged(299, '', null).type).toBe('sent');
    expect(judged(300, '', null)).toMatchObject({ type: 'failed', final: true });
    expect(judged(503, '', null, { 'retry-after': '30' })).toEqual({
      type: 'failed',
      final: false,
      afterMs: 30_000,
      result: 'answered 503',
    });
  });

  test('of 429 asks for patience: as long as it says, or a minute', () => {
    expect(judged(429, '', null, { 'retry-after': '5' })).toMatchObject({
      type: 'wait',
      afterMs: 5_000,
    });
    expect(judged(429, '')).toEqual({
      type: 'wait',
      afterMs: 60_000,
      result: 'asked to slow down',
    });
  });
});

describe('without an answer', () => {
  test.each(['bad_url', 'refused_address', 'redirect'] as const)('%s is final', (code) => {
    expect(judge(failure(code), CODES, NOW)).toEqual({
      type: 'failed',
      final: true,
      afterMs: 0,
      result: 'why',
    });
  });

  test.each(['dns', 'connect', 'tls', 'timeout', 'reset', 'too_large', 'bad_response'] as const)(
    '%s may be better later',
    (code) => {
      expect(judge(failure(code), CODES, NOW)).toMatchObject({ type: 'failed', final: false });
    },
  );

  test('since Latchwork stops, nothing has failed', () => {
    expect(judge(failure('stopped'), CODES, NOW)).toEqual({ type: 'stopped', result: 'why' });
  });
});

/** As the pages of the vendors list them. */
test('the codes of the vendors mean what their pages say', () => {
  const meaning = (codes: AnswerCodes | null, code: string) => (number: number) => {
    const verdict = judged(200, { [code]: number }, codes);
    return verdict.type === 'failed' && verdict.final ? 'final' : verdict.type;
  };

  expect(
    [130101, 410100, 430101, 660026, 90018, -1, 310000].map(meaning(dingtalk.codes, 'errcode')),
  ).toEqual(['wait', 'wait', 'wait', 'wait', 'wait', 'failed', 'final']);
  expect([130101, 45009, 45033, -1, 93000].map(meaning(wecom.codes, 'errcode'))).toEqual([
    'wait',
    'wait',
    'wait',
    'failed',
    'final',
  ]);
  expect([11232, -1, 1500, 11205, 10003, 19021].map(meaning(feishu.codes, 'StatusCode'))).toEqual([
    'wait',
    'failed',
    'failed',
    'failed',
    'failed',
    'final',
  ]);
  for (const [codes, message] of [
    [dingtalk.codes, 'errmsg'],
    [wecom.codes, 'errmsg'],
    [feishu.codes, 'msg'],
    [feishu.codes, 'StatusMessage'],
  ] as const) {
    expect(judged(200, { code: 7, errcode: 7, [message]: 'no' }, codes).result).toBe('code 7: no');
  }
});
