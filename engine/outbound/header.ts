/** What cannot be a header of a request that leaves. */

/** RFC 9110: a value holds no control characters, but for tabs; beyond Latin-1 nothing can be sent. */
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
/** They say where one message ends and the next begins: the client's business. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** RFC 9110: a token. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Why a header cannot be sent; null: it can. */
export function wrongHeader(name: string, value: string): string | null {
  if (!HEADER_NAME.test(name)) return `"${name}" cannot be the name of a header`;
  if (FRAMING.has(name.toLowerCase())) return `header "${name}" is set by Latchwork itself`;

  return HEADER_VALUE.test(value)
    ? null
    : `the value of header "${name}" holds characters that a header cannot`;
}
