import type { Json } from '../json.ts';
import type { ScopeFacts } from '../scope_of.ts';

/** What is known of an instance beside its state. `outputs` holds those of finished nodes that were loaded, by node index. */
export type Facts = ScopeFacts & {
  /** In ms since the epoch: delays, waits and windows count from here. */
  readonly now: number;
  /** Signals that came early, the oldest first; null: not loaded. */
  readonly signals: readonly EarlySignal[] | null;
};

export type EarlySignal = { readonly id: string; readonly name: string; readonly payload: Json };
