/**
 * Standard Webhooks 1.0.0 (standardwebhooks.com), symmetric: what we send carries
 *
 *     webhook-id         the same for every try of one message: the receiver's idempotency key
 *     webhook-timestamp  seconds since 1970, of this try
 *     webhook-signature  v1,<base64 of HMAC-SHA256(secret, "id.timestamp.body")>, one per valid secret, separated by spaces
 *
 * Two secrets are valid during a rotation: both sign, and a receiver accepts the message if it knows either.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 5 * 60;

/** The value of `webhook-signature`. */
export type Sign = (id: string, timestampSeconds: number, body: Buffer) => string;

/** Reads the secrets once for many messages. */
export function signWith(secrets: readonly string[]): Sign {
  const keys = secrets.map(keyOf);

  return (id, timestamp, body) =>
    keys.map((key) => `v1,${hmac(key, id, String(timestamp), body).toString('base64')}`).join(' ');
}

/** The headers of one try of a message, in the form of the guarded client. Without a secret nothing is signed. */
export function signatureHeaders(sign: Sign | null, id: string, now: Date, body: Buffer): string[] {
  const seconds = Math.floor(now.getTime() / 1_000);
  const headers = ['webhook-id', id, 'webhook-timestamp', String(seconds)];

  return sign === null ? headers : [...headers, 'webhook-signature', sign(id, seconds, body)];
}

export type SignatureFault =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'no_match';

export type SignatureHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Null if one of the secrets signed exactly this body, not longer than five minutes from `now`; else what is wrong. */
export function verifySignature(
  secrets: readonly string[],
  headers: SignatureHeaders,
  body: Buffer,
  now: Date,
): SignatureFault | null {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];

  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
    return 'missing_header';
  }

  if (!/^\d{1,12}$/.test(timestamp)) return 'bad_timestamp';

  const age = Math.floor(now.getTime() / 1_000) - Number(timestamp);

  if (age > TOLERANCE_SECONDS) return 'too_old';
  if (age < -TOLERANCE_SECONDS) return 'too_new';

  const given = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'));
  const expected = secrets.map((secret) => hmac(keyOf(secret), id, timestamp, body));

  // Every pair is compared, so that the time taken says nothing about which one matched.
  const matches = expected.flatMap((one) => given.map((other) => equal(one, other)));

  return matches.includes(true) ? null : 'no_match';
}

/** @throws TypeError on a secret that holds no key; the message does not repeat it. */
function keyOf(secret: string): KeyObject {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(text, 'base64');

  if (key.length === 0) throw new TypeError('a signing secret must be whsec_ followed by base64');

  return createSecretKey(key);
}

function hmac(key: KeyObject, id: string, timestamp: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
