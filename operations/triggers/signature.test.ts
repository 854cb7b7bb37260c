import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSigned, makeSecret, type Signature, withSecret } from './signature.ts';

const NOW = new Date('2026-11-21T08:00:00.900Z');
const SECONDS = Math.floor(NOW.getTime() / 1_000);
const BODY = Buffer.from('{"order":7}');
const KEY = Buffer.from('0123456789abcdef0123456789abcdef');

const hmac = (key: string | Buffer, text: string | Buffer) =>
  createHmac('sha256', key).update(text).digest();

describe('Standard Webhooks', () => {
  const signature: Signature = { kind: 'standard', secret: `whsec_${KEY.toString('base64')}` };
  const sign = (id: string, timestamp: string | number, key = KEY) =>
    `v1,${hmac(key, `${id}.${timestamp}.${BODY.toString()}`).toString('base64')}`;

  const accepts = (headers: Record<string, string>, body = BODY) =>
    isSigned(signature, headers, body, NOW);
  const signed = (timestamp: string | number) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign('msg_1', timestamp),
  });

  test('sign id, time and body', () => {
    const headers = signed(SECONDS);

    expect(accepts(headers)).toBe(true);
    expect(accepts(headers, Buffer.from('{"order":8}'))).toBe(false);
    expect(accepts({ ...headers, 'webhook-id': 'msg_2' })).toBe(false);
    expect(accepts({ ...headers, 'webhook-timestamp': String(SECONDS - 1) })).toBe(false);
    expect(
      accepts({ ...headers, 'webhook-signature': sign('msg_1', SECONDS, Buffer.from('other')) }),
    ).toBe(false);
  });

  test('may be five minutes old, or early, and not a second more', () => {
    expect([-301, -300, 300, 301].map((s) => accepts(signed(SECONDS + s)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('need %s', (name) => {
    const { [name]: _, ...rest } = signed(SECONDS) as Record<string, string>;

    expect(accepts(rest)).toBe(false);
  });

  test('say their time as a number of seconds', () => {
    for (const timestamp of [`${SECONDS}.0`, ` ${SECONDS}`, `0${SECONDS}000`, '', 'now']) {
      expect(accepts(signed(timestamp))).toBe(false);
    }
  });

  test('may carry several signatures, of which one has to be ours and of version 1', () => {
    const ours = sign('msg_1', SECONDS);
    const other = sign('msg_1', SECONDS, Buffer.from('other'));
    const given = (text: string) => accepts({ ...signed(SECONDS), 'webhook-signature': text });

    expect(given(`${other} ${ours}`)).toBe(true);
    expect(given(`${ours} ${other}`)).toBe(true);
    expect(given(`${other} v1,`)).toBe(false);
    expect(given(ours.replace('v1,', 'v1a,'))).toBe(false);
    expect(given(ours.replace('v1,', 'v2,'))).toBe(false);
    expect(given(ours.replace('v1,', ''))).toBe(false);
  });
});

describe('a signature over the body alone', () => {
  const digest = hmac('a secret of ours', BODY);
  const github: Signature = { kind: 'github', secret: 'a secret of ours' };

  test('of GitHub stands in X-Hub-Signature-256', () => {
    const accepts = (headers: Record<string, string>) => isSigned(github, headers, BODY, NOW);

    expect(accepts({ 'x-hub-signature-256': `sha256=${digest.toString('hex')}` })).toBe(true);
    expect(accepts({ 'x-hub-signature-256': digest.toString('hex') })).toBe(false);
    expect(accepts({ 'x-hub-signature-256': `sha256=${digest.toString('base64')}` })).toBe(false);
    expect(accepts({ 'x-hub-signature-256': 'sha256=' })).toBe(false);
    expect(accepts({ 'x-hub-signature': `sha256=${digest.toString('hex')}` })).toBe(false);
    expect(accepts({})).toBe(false);
  });

  test.each(['hex', 'base64'] as const)('stands in a header of your choice, as %s', (encoding) => {
    const own: Signature = {
      kind: 'hmac',
      secret: 'a secret of ours',
      header: 'x-sign',
      prefix: 'v=',
      encoding,
    };
    const accepts = (value: string, body = BODY) => isSigned(own, { 'x-sign': value }, body, NOW);

    expect(accepts(`v=${digest.toString(encoding)}`)).toBe(true);
    expect(accepts(digest.toString(encoding))).toBe(false);
    expect(accepts(`v=${digest.toString(encoding === 'hex' ? 'base64' : 'hex')}`)).toBe(false);
    expect(accepts(`v=${digest.toString(encoding)}`, Buffer.from(''))).toBe(false);
  });

  test('is not asked for where a hook has none', () => {
    expect(isSigned({ kind: 'none' }, {}, BODY, NOW)).toBe(true);
  });
});

describe('the secret of a signature', () => {
  const input = { kind: 'github' } as const;

  test('is the one that was named, else the one of before, if it was of the same kind', () => {
    const before: Signature = { kind: 'github', secret: 'the one of before' };
    const secretAfter = (named: { secret?: string }, former: Signature | null) => {
      const after = withSecret({ ...input, ...named }, former);
      return after.kind === 'none' ? null : after.secret;
    };

    expect(secretAfter({ secret: 'the one that was named' }, before)).toBe(
      'the one that was named',
    );
    expect(secretAfter({}, before)).toBe('the one of before');
    for (const former of [null, { kind: 'none' }, { ...before, kind: 'standard' }] as const) {
      expect(secretAfter({}, former)).toMatch(/^[\w-]{43}$/);
    }
    expect(withSecret({ kind: 'none' }, before)).toEqual({ kind: 'none' });
  });

  test('is made as its scheme wants it', () => {
    expect(makeSecret('standard')).toMatch(/^whsec_[A-Za-z0-9+/]{32,}=*$/);
    expect(makeSecret('hmac')).toMatch(/^[\w-]{43}$/);
    expect(makeSecret('hmac')).not.toBe(makeSecret('hmac'));
  });
});
