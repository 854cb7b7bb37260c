import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { signWith, verifySignature } from './signature.ts';

/** The vector of the specification's own libraries. */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const now = new Date();
const seconds = Math.floor(now.getTime() / 1_000);
const body = Buffer.from('{"name":"Jürgen","n":1}');

function headersOf(signature: string, timestamp = seconds): Record<string, string> {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
}

function verify(secrets: string[], headers: Record<string, string>, given = body): string | null {
  return verifySignature(secrets, headers, given, now);
}

describe('signing', () => {
  test('gives what the specification gives', () => {
    const { secret, id, timestamp, body, signature } = vector;

    expect(signWith([secret])(id, timestamp, Buffer.from(body))).toBe(signature);
    expect(signWith([secret.slice(6)])(id, timestamp, Buffer.from(body))).toBe(signature);
  });

  test('is understood by the official library', () => {
    const headers = headersOf(signWith([vector.secret])('msg_1', seconds, body));

    expect(new Webhook(vector.secret).verify(body, headers)).toEqual({ name: 'Jürgen', n: 1 });
  });

  test('with two secrets is understood by receivers that know either', () => {
    const headers = headersOf(signWith([other, vector.secret])('msg_1', seconds, body));

    expect(() => new Webhook(vector.secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(other).verify(body, headers)).not.toThrow();
  });

  test('refuses a secret without a key and does not repeat it', () => {
    expect(() => signWith(['whsec_'])).toThrow(
      /^a signing secret must be whsec_ followed by base64$/,
    );
  });
});

describe('verification', () => {
  const signature = new Webhook(vector.secret).sign('msg_1', now, body.toString());

  test('accepts what the official library signed', () => {
    expect(verify([vector.secret], headersOf(signature))).toBeNull();
  });

  test('accepts either of two secrets, and a signature among others', () => {
    expect(verify([other, vector.secret], headersOf(signature))).toBeNull();
    expect(verify([vector.secret], headersOf(`v1,AAAA v1a,xyz ${signature}`))).toBeNull();
  });

  test.each([
    ['another body', [vector.secret], headersOf(signature), Buffer.from('{}'), 'no_match'],
    ['another secret', [other], headersOf(signature), body, 'no_match'],
    ['no secret', [], headersOf(signature), body, 'no_match'],
    [
      'another id',
      [vector.secret],
      { ...headersOf(signature), 'webhook-id': 'x' },
      body,
      'no_match',
    ],
    [
      'a signature of another version',
      [vector.secret],
      headersOf(signature.replace('v1', 'v2')),
      body,
      'no_match',
    ],
    ['a truncated signature', [vector.secret], headersOf(signature.slice(0, -8)), body, 'no_match'],
    ['no signature', [vector.secret], { 'webhook-id': 'msg_1' }, body, 'missing_header'],
    [
      'a timestamp in words',
      [vector.secret],
      { ...headersOf(signature), 'webhook-timestamp': 'now' },
      body,
      'bad_timestamp',
    ],
    [
      'a timestamp of six minutes ago',
      [vector.secret],
      headersOf(signature, seconds - 360),
      body,
      'too_old',
    ],
    [
      'a timestamp in six minutes',
      [vector.secret],
      headersOf(signature, seconds + 360),
      body,
      'too_new',
    ],
  ])('refuses %s', (_, secrets, headers, given, fault) => {
    expect(verify(secrets, headers, given)).toBe(fault);
  });

  test('accepts four minutes either way', () => {
    for (const timestamp of [seconds - 240, seconds + 240]) {
      const headers = headersOf(signWith([other])('msg_1', timestamp, body), timestamp);

      expect(verify([other], headers)).toBeNull();
    }
  });
});
