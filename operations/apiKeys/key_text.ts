/**
 * The text of a key: `lwk_<8 id>_<32 secret><6 checksum>`, all of the alphabet 0-9A-Za-z. The prefix lets scanners find leaked keys and
 * logs redact them; the checksum refuses mistyped keys without a look at the database. 32 characters of 62 are 190 random bits, which
 * is why a plain SHA-256 of the secret is enough to keep: there is nothing to guess.
 */
import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = /^lwk_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

export type KeyText = { readonly id: string; readonly secret: string };

export function makeKeyText(): KeyText & { readonly text: string } {
  const id = randomText(8);
  const secret = randomText(32);

  return { id, secret, text: `lwk_${id}_${secret}${checksum(id, secret)}` };
}

/** Null for a text that is no key, or one with a typing error. */
export function readKeyText(text: string): KeyText | null {
  const [, id, secret, check] = FORM.exec(text) ?? [];

  return id !== undefined && secret !== undefined && check === checksum(id, secret)
    ? { id, secret }
    : null;
}

export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function checksum(id: string, secret: string): string {
  let rest = crc32(`${id}_${secret}`);
  let text = '';

  for (let place = 0; place < 6; place += 1) {
    text = (ALPHABET[rest % ALPHABET.length] ?? '') + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

function randomText(length: number): string {
  let text = '';

  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 = 4 × 62: bytes above it would make the first characters of the alphabet likelier.
      if (byte < 248 && text.length < length) {
        text += ALPHABET[byte % ALPHABET.length];
      }
    }
  }
  return text;
}
