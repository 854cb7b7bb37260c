/** Standard Webhooks (standardwebhooks.com), symmetric: what Latchwork sends is signed, and this says whether it was. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Why a message is not to be trusted. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 5 * 60;

/**
 * Checks that one of the secrets signed exactly this body, not more than five minutes ago. During a rotation give both secrets.
 * `body` are the bytes as they came: parsed and written again they may differ.
 * @throws WebhookError
 */
export function verifyWebhook(
  secrets: readonly string[],
  headers: WebhookHeaders,
  body: string | Uint8Array,
  now: Date = new Date(),
): void {
  const id = oneHeader(headers, 'webhook-id');
  const timestamp = oneHeader(headers, 'webhook-timestamp');
  const signatures = oneHeader(headers, 'webhook-signature');

  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError('webhook-timestamp is no time');
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (Math.abs(age) > TOLERANCE_SECONDS) {
    throw new WebhookError('webhook-timestamp is more than five minutes from now');
  }

  const given = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'));
  const expected = secrets.map((secret) =>
    createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest(),
  );
  // Every pair is compared, so that the time taken says nothing about which one matched.
  const matches = expected.flatMap((one) => given.map((other) => equal(one, other)));

  if (!matches.includes(true)) throw new WebhookError('webhook-signature fits no secret');
}

function oneHeader(headers: WebhookHeaders, name: string): string {
  const value = headers[name];
  if (typeof value !== 'string') throw new WebhookError(`${name} is missing`);
  return value;
}

function keyOf(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(text, 'base64');
  if (key.length === 0) throw new TypeError('a signing secret must be whsec_ followed by base64');
  return key;
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
