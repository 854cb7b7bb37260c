/**
 * Passwords as they are kept: `argon2id$<memory KiB>$<passes>$<salt>$<hash>`, or `scrypt$<N>$<r>$<salt>$<hash>` where Node is older than
 * 24.7 and has no argon2. The parameters travel with the hash, so they can grow without anybody noticing.
 */
import * as crypto from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's choice for argon2id: 19 MiB, two passes; about 25 ms. */
const ARGON2_KIB = 19_456;
const ARGON2_PASSES = 2;
/** About 65 ms and 32 MiB. */
const SCRYPT_N = 32_768;
const SCRYPT_R = 8;
const SCRYPT_MOST_BYTES = 64 * 1_048_576;
const HASH_BYTES = 32;

const scrypt = promisify<string, Buffer, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);

export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16);

  if (hasArgon2()) {
    const hash = await argon2id(password, salt, ARGON2_KIB, ARGON2_PASSES);
    return ['argon2id', ARGON2_KIB, ARGON2_PASSES, encode(salt), encode(hash)].join('$');
  }
  const hash = await scryptHash(password, salt, SCRYPT_N, SCRYPT_R);
  return ['scrypt', SCRYPT_N, SCRYPT_R, encode(salt), encode(hash)].join('$');
}

export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [method, first, second, salt, hash] = kept.split('$');
  const known = Buffer.from(hash ?? '', 'base64url');
  const derive = method === 'argon2id' ? argon2id : scryptHash;
  const given = await derive(
    password,
    Buffer.from(salt ?? '', 'base64url'),
    Number(first),
    Number(second),
  );

  return known.length === given.length && crypto.timingSafeEqual(known, given);
}

function hasArgon2(): boolean {
  return typeof crypto.argon2 === 'function';
}

function argon2id(password: string, salt: Buffer, memory: number, passes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parameters = {
      message: password,
      nonce: salt,
      parallelism: 1,
      tagLength: HASH_BYTES,
      memory,
      passes,
    };
    crypto.argon2('argon2id', parameters, (error, hash) => {
      if (error) {
        reject(error);
      } else {
        resolve(hash);
      }
    });
  });
}

function scryptHash(
  password: string,
  salt: Buffer,
  cost: number,
  blockSize: number,
): Promise<Buffer> {
  return scrypt(password, salt, HASH_BYTES, {
    N: cost,
    r: blockSize,
    p: 1,
    maxmem: SCRYPT_MOST_BYTES,
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64url');
}
