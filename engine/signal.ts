/** What a signal's payload means for the node that waits for it. */
import type { Json } from './json.ts';

export type SignalVerdict =
  | { readonly verdict: 'accepted' }
  /** A person said no: the node fails with `rejected`. */
  | { readonly verdict: 'rejected'; readonly message: string }
  | { readonly verdict: 'malformed'; readonly message: string };

/** Any payload is a signal; an approval says `{approved: true | false, note?}`. */
export function judgeSignal(approval: boolean, payload: Json): SignalVerdict {
  if (!approval) {
    return { verdict: 'accepted' };
  }
  if (typeof payload !== 'object' || payload === null || !('approved' in payload)) {
    return MALFORMED;
  }
  const { approved, note } = payload;

  if (approved === true) {
    return { verdict: 'accepted' };
  }
  return approved === false
    ? { verdict: 'rejected', message: typeof note === 'string' && note ? note : 'not approved' }
    : MALFORMED;
}

const MALFORMED = {
  verdict: 'malformed',
  message: 'An approval needs a payload of {"approved": true} or {"approved": false}.',
} as const;
