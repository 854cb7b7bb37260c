import { describe, expect, test } from 'vitest';
import { excerpt, isTemporary, retryAfterMs } from './answer.ts';
import type { OutboundHeaders } from './http.ts';

const NOW = new Date('2026-11-21T08:00:00Z');
const after = (value: OutboundHeaders[string]) =>
  retryAfterMs(
    { ok: true, status: 503, headers: { 'retry-after': value }, body: Buffer.alloc(0) },
    NOW,
  );

describe('Retry-After', () => {
  test('is a number of seconds or a date', () => {
    expect(after('7')).toBe(7_000);
    expect(after('0')).toBe(0);
    expect(after('Sat, 21 Nov 2026 08:00:09 GMT')).toBe(9_000);
    expect(after('Sat, 21 Nov 2026 07:00:00 GMT')).toBe(0);
  });

  test('is obeyed for an hour at most', () => {
    expect(after('3600')).toBe(3_600_000);
    expect(after('3601')).toBe(3_600_000);
    expect(after('Sun, 22 Nov 2026 08:00:00 GMT')).toBe(3_600_000);
  });

  test('is nothing where nobody can read it', () => {
    expect([undefined, 'soon', '', '-5x', ['7', '8']].map(after)).toEqual(Array(5).fill(null));
  });
});

test('the same request may be answered better later where the status says so', () => {
  const statuses = [200, 302, 400, 404, 407, 408, 409, 424, 425, 426, 428, 429, 430, 499, 500, 503];

  expect(statuses.filter(isTemporary)).toEqual([408, 425, 429, 500, 503]);
});

test('what an answer said is told in its beginning, on one line', () => {
  expect(excerpt(Buffer.from(' no\r\n\tsuch  thing\u0000 '))).toBe(': no such thing');
  expect(excerpt(Buffer.from('\n'))).toBe('');
  expect(excerpt(Buffer.from('x'.repeat(400)))).toBe(`: ${'x'.repeat(300)}`);
});
