/**
 * How senders prove that a request is theirs. All three are HMAC-SHA256 over the bytes of the body; they differ in what stands around it.
 *
 *     standard  Standard Webhooks: webhook-id, webhook-timestamp (5 minutes at most), webhook-signature `v1,<base64>` (several, by spaces)
 *     github    X-Hub-Signature-256: `sha256=<hex>`
 *     hmac      a header of your choice: prefix, then hex or base64
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { makeSigningSecret, signingSecret } from '../works/secret.ts';

export const SIGNATURE_KINDS = ['none', 'standard', 'github', 'hmac'] as const;

const secret = z
  .string()
  .min(16)
  .max(256)
  .optional()
  .meta({ description: 'absent: the one there is, or a new one' });

const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, 'must be the name of a header')
  .transform((name) => name.toLowerCase());

export const signatureInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('standard'), secret: signingSecret.optional() }),
  z.strictObject({ kind: z.literal('github'), secret }),
  z.strictObject({
    kind: z.literal('hmac'),
    secret,
    header: headerName.meta({ examples: ['x-signature'] }),
    prefix: z
      .string()
      .max(50)
      .default('')
      .meta({ examples: ['sha256='] }),
    encoding: z.enum(['hex', 'base64']).default('hex'),
  }),
]);

/** As it is kept, its secret with it. */
export type Signature =
  | { readonly kind: 'none' }
  | { readonly kind: 'standard' | 'github'; readonly secret: string }
  | {
      readonly kind: 'hmac';
      readonly secret: string;
      readonly header: string;
      readonly prefix: string;
      readonly encoding: 'hex' | 'base64';
    };

/** Gives a signature its secret: the one that was named, the one of before, or a new one. */
export function withSecret(
  input: z.output<typeof signatureInput>,
  before: Signature | null,
): Signature {
  if (input.kind === 'none') {
    return input;
  }
  const kept = before !== null && before.kind !== 'none' ? before : null;
  return {
    ...input,
    secret: input.secret ?? (kept?.kind === input.kind ? kept.secret : makeSecret(input.kind)),
  };
}

export function makeSecret(kind: 'standard' | 'github' | 'hmac'): string {
  return kind === 'standard' ? makeSigningSecret() : randomBytes(32).toString('base64url');
}

const TOLERANCE_SECONDS = 5 * 60;

/** Whether the sender knows the secret, and, where the scheme says when it was sent, whether that is now. `headers`: in lower case. */
export function isSigned(
  signature: Signature,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  now: Date,
): boolean {
  switch (signature.kind) {
    case 'none':
      return true;
    case 'standard':
      return isStandard(signature.secret, headers, body, now);
    case 'github':
      return matches(signature.secret, body, 'hex', 'sha256=', headers['x-hub-signature-256']);
    case 'hmac': {
      const { secret, header, prefix, encoding } = signature;
      return matches(secret, body, encoding, prefix, headers[header]);
    }
  }
}

function isStandard(
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  now: Date,
): boolean {
  const {
    'webhook-id': id,
    'webhook-timestamp': timestamp = '',
    'webhook-signature': given = '',
  } = headers;
  const age = Math.floor(now.getTime() / 1_000) - Number(timestamp);

  if (id === undefined || !/^\d{1,12}$/.test(timestamp) || Math.abs(age) > TOLERANCE_SECONDS) {
    return false;
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();

  return given
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => equal(expected, Buffer.from(one.slice(3), 'base64')))
    .includes(true);
}

function matches(
  secret: string,
  body: Buffer,
  encoding: 'hex' | 'base64',
  prefix: string,
  given = '',
): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  return (
    given.startsWith(prefix) && equal(expected, Buffer.from(given.slice(prefix.length), encoding))
  );
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
