import { refuseEarly, type Refused } from './problem.ts';
import { findHuge, findRepeated, type JsonPosition } from '#engine/json_text.ts';
import { findJsonError } from './json_position.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

export type ReadBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly refusal: Refused };

/**
 * Reads a JSON body of at most `limit` bytes. A length that is declared too large is refused before a byte is read; without a declared
 * length the bytes are counted as they come. An empty body is `undefined`. `namesOnce`: a member that an object has twice is refused.
 */
export async function readJson(
  request: Request,
  limit: number,
  { namesOnce = false }: { readonly namesOnce?: boolean | undefined } = {},
): Promise<ReadBody> {
  const declared = request.headers.get('content-length');

  if (declared !== null && Number(declared) > limit) {
    return { ok: false, refusal: tooLarge(limit) };
  }
  // HTTP holds a sender to the length that it declared, so only a body without one must be counted.
  const bytes =
    declared === null
      ? await readBytes(request, limit)
      : new Uint8Array(await request.arrayBuffer());

  if (!(bytes instanceof Uint8Array)) {
    return { ok: false, refusal: bytes };
  }
  const text = decode(bytes);
  if (text === null) {
    return {
      ok: false,
      refusal: refuseEarly('malformed_json', 'The body is not UTF-8, as JSON must be.'),
    };
  }
  if (text === '') {
    return { ok: true, value: undefined };
  }

  const type = request.headers.get('content-type');
  if (type === null || !JSON_TYPE.test(type)) {
    return {
      ok: false,
      refusal: refuseEarly(
        'unsupported_media_type',
        `The body must be application/json, not ${type ?? 'of an unnamed type'}.`,
      ),
    };
  }

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, refusal: malformed(text) };
  }
  const refusal = unclear(text, namesOnce);
  return refusal === null ? { ok: true, value } : { ok: false, refusal };
}

/** It is JSON, but what was read of it is not what it says. */
function unclear(text: string, namesOnce: boolean): Refused | null {
  const repeated = namesOnce ? findRepeated(text) : null;
  if (repeated !== null) {
    const name = JSON.stringify(repeated.name);
    const what = `The body is not clear: an object has the member ${name} a second time`;
    return malformedAt(repeated.position, what);
  }
  const huge = findHuge(text);
  if (huge !== null) {
    const number = huge.number.length > 20 ? `${huge.number.slice(0, 20)}…` : huge.number;
    return malformedAt(huge.position, `The body has a number that is too large, ${number},`);
  }
  return null;
}

/** Reads a body of any type, of at most `limit` bytes, as it came. */
export async function readBytes(request: Request, limit: number): Promise<Buffer | Refused> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  const whole =
    declared <= limit && (await readChunks(request, limit, (chunk) => void chunks.push(chunk)));

  return whole ? Buffer.concat(chunks) : tooLarge(limit);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Null for bytes that are no text: put right in silence, an object id in another encoding would be somebody else's. */
function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Hands on what comes; false once that is more than `limit` bytes. */
async function readChunks(
  request: Request,
  limit: number,
  take: (chunk: Uint8Array) => void,
): Promise<boolean> {
  if (request.body === null) {
    return true;
  }
  const reader = request.body.getReader();
  let bytes = 0;

  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return true;
    }
    bytes += value.byteLength;
    if (bytes > limit) {
      await reader.cancel();
      return false;
    }
    take(value);
  }
}

function tooLarge(limit: number): Refused {
  return refuseEarly(
    'body_too_large',
    `The body is larger than the ${limit} bytes that are allowed here.`,
    { limitBytes: limit },
  );
}

function malformed(text: string): Refused {
  const position = findJsonError(text);
  const found =
    position.offset >= text.length
      ? 'it ends too early'
      : `${JSON.stringify(text[position.offset])} was not expected`;

  return malformedAt(position, `The body is not JSON: ${found}`);
}

function malformedAt(position: JsonPosition, what: string): Refused {
  return refuseEarly(
    'malformed_json',
    `${what} at line ${position.line}, column ${position.column}.`,
    { position },
  );
}
