/**
 * The token of an attempt: who it is (project, instance, node, segment, number) and its secret, 46 bytes in base64url. The row is found
 * by its primary key and the secret compared in the same statement, so checking a token costs no query and no index of its own.
 */
import type { AttemptKey } from '#db/hot/tasks.ts';

const BYTES = 46;
const LENGTH = Math.ceil((BYTES * 4) / 3);

export function writeToken(key: AttemptKey): string {
  const bytes = Buffer.allocUnsafe(BYTES);

  bytes.writeInt32BE(key.projectId, 0);
  bytes.write(key.instanceId.replaceAll('-', ''), 4, 'hex');
  bytes.writeInt16BE(key.node, 20);
  bytes.writeInt32BE(key.segment, 22);
  bytes.writeInt32BE(key.attempt, 26);
  bytes.write(key.token.replaceAll('-', ''), 30, 'hex');

  return bytes.toString('base64url');
}

/** Null for a text that no `writeToken` wrote. That it names a live attempt is for the database to say. */
export function readToken(text: string): AttemptKey | null {
  if (text.length !== LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) {
    return null;
  }
  const bytes = Buffer.from(text, 'base64url');

  return bytes.length !== BYTES
    ? null
    : {
        projectId: bytes.readInt32BE(0),
        instanceId: uuid(bytes.toString('hex', 4, 20)),
        node: bytes.readInt16BE(20),
        segment: bytes.readInt32BE(22),
        attempt: bytes.readInt32BE(26),
        token: uuid(bytes.toString('hex', 30, 46)),
      };
}

function uuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
