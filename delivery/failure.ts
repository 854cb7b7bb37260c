/**
 * How a request that left can fail. The set is closed: what the network says in a hundred error codes is one of these to everyone else.
 */
export const OUTBOUND_FAILURES = {
  bad_url: 'The URL cannot be used',
  refused_address: 'The address is not allowed',
  dns: 'The name could not be resolved',
  connect: 'No connection',
  tls: 'No secure connection',
  timeout: 'No answer in time',
  reset: 'The connection broke',
  too_large: 'The answer is too large',
  redirect: 'The answer is a redirect',
  bad_response: 'The answer is not HTTP',
  stopped: 'The request was stopped',
} as const;

export type OutboundFailure = keyof typeof OUTBOUND_FAILURES;

/** Every address that a name resolved to is refused by the policy. */
export class RefusedAddressError extends Error {
  readonly code = 'REFUSED_ADDRESS';
}

/** "No connection to http://worker:8080: connect ECONNREFUSED 10.0.0.7:8080". */
export function sentence(code: OutboundFailure, origin: string, detail: string): string {
  return `${OUTBOUND_FAILURES[code]} (${origin}): ${detail}`;
}

/** Undici's, Node's and OpenSSL's errors in our words; an unknown one by whether it came before anything was sent. */
export function failureOf(
  error: Error,
  beforeSending: boolean,
): { code: OutboundFailure; detail: string } {
  const code = errorCode(error);
  const detail = error.message === '' ? code : error.message;

  for (const [failure, pattern] of PATTERNS) {
    if (pattern.test(code)) return { code: failure, detail };
  }

  // An answer to nothing we asked, or a switch of protocols: undici has no code of its own for these.
  if (code === 'UND_ERR_SOCKET' && /^bad (response|upgrade)$/.test(error.message)) {
    return { code: 'bad_response', detail };
  }

  return { code: beforeSending ? 'connect' : 'reset', detail };
}

const PATTERNS: readonly (readonly [OutboundFailure, RegExp])[] = [
  ['refused_address', /^REFUSED_ADDRESS$/],
  ['dns', /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/],
  ['timeout', /^(UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT|ETIMEDOUT)$/],
  [
    'tls',
    /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_)/,
  ],
  ['too_large', /^UND_ERR_(HEADERS_OVERFLOW|RES_EXCEEDED_MAX_SIZE)$/],
  ['bad_response', /^(HPE_|HTTPParserError$|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$)/],
  ['stopped', /^UND_ERR_(CLOSED|DESTROYED|ABORTED)$/],
];

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
