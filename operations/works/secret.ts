import { randomBytes } from 'node:crypto';
import * as z from 'zod';

/** A signing secret as Standard Webhooks writes it: 24 to 64 bytes. */
export const signingSecret = z.string().refine(
  (text) => {
    const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
    const bytes = Buffer.from(base64 ?? '', 'base64').length;
    return bytes >= 24 && bytes <= 64;
  },
  { error: 'must be whsec_ followed by 24 to 64 bytes in base64' },
);

export function makeSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
