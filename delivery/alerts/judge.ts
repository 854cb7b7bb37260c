/** What the answer of a vendor means. Three of them answer HTTP 200 with an error code in the body. */
import { excerpt, isTemporary, retryAfterMs } from '../answer.ts';
import type { OutboundAnswer } from '../http.ts';

export type AlertVerdict =
  | { readonly type: 'sent'; readonly result: string }
  /** The vendor asks for patience. */
  | { readonly type: 'wait'; readonly afterMs: number; readonly result: string }
  /** `final`: the same request would be refused again. */
  | {
      readonly type: 'failed';
      readonly final: boolean;
      readonly afterMs: number;
      readonly result: string;
    }
  | { readonly type: 'stopped'; readonly result: string };

/** How a vendor says in its body how it went. */
export type AnswerCodes = {
  /** Names of the member that holds the code; the first that is there counts. */
  readonly code: readonly string[];
  readonly message: readonly string[];
  /** Codes that ask to slow down, and codes that may go away by themselves; all others are final. */
  readonly tooFast: ReadonlySet<number>;
  readonly busy: ReadonlySet<number>;
};

/** Vendors count by the minute. */
const TOO_FAST_MS = 60_000;

/** Judges an HTTP answer; `codes` null: its status is all there is. */
export function judge(answer: OutboundAnswer, codes: AnswerCodes | null, now: Date): AlertVerdict {
  if (!answer.ok) {
    const { code, message: result } = answer;
    switch (code) {
      case 'stopped':
        return { type: 'stopped', result };
      case 'bad_url':
      case 'refused_address':
      case 'redirect':
        return failed(true, result);
      case 'dns':
      case 'connect':
      case 'tls':
      case 'timeout':
      case 'reset':
      case 'too_large':
      case 'bad_response':
        return failed(false, result);
    }
  }
  const { status } = answer;
  const afterMs = retryAfterMs(answer, now);

  if (status === 429) {
    return { type: 'wait', afterMs: afterMs ?? TOO_FAST_MS, result: 'asked to slow down' };
  }
  if (status >= 300) {
    const result = `answered ${status}${excerpt(answer.body)}`;
    // Some vendors say what is wrong in the body of a 400 too.
    const read = codes === null ? null : readCode(answer.body, codes);
    return read?.type === 'code' && codes?.tooFast.has(read.code)
      ? { type: 'wait', afterMs: TOO_FAST_MS, result }
      : failed(!isTemporary(status), result, afterMs ?? 0);
  }
  return codes === null
    ? { type: 'sent', result: `answered ${status}` }
    : judgeCode(readCode(answer.body, codes), codes);
}

function failed(final: boolean, result: string, afterMs = 0): AlertVerdict {
  return { type: 'failed', final, afterMs, result };
}

type Read =
  | { readonly type: 'code'; readonly code: number; readonly message: string }
  | { readonly type: 'unreadable'; readonly excerpt: string };

function judgeCode(read: Read, { tooFast, busy }: AnswerCodes): AlertVerdict {
  if (read.type === 'unreadable') {
    return failed(false, `answered 200 without a code${read.excerpt}`);
  }
  const result = `code ${read.code}${read.message === '' ? '' : `: ${read.message}`}`;

  if (read.code === 0) {
    return { type: 'sent', result };
  }
  return tooFast.has(read.code)
    ? { type: 'wait', afterMs: TOO_FAST_MS, result }
    : failed(!busy.has(read.code), result);
}

function readCode(body: Buffer, { code, message }: AnswerCodes): Read {
  const members = parse(body);
  const number = code.map((name) => members[name]).find((value) => typeof value === 'number');

  if (typeof number !== 'number') {
    return { type: 'unreadable', excerpt: excerpt(body) };
  }
  const text = message.map((name) => members[name]).find((value) => typeof value === 'string');
  return { type: 'code', code: number, message: typeof text === 'string' ? text : '' };
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
