import type { FailureCode } from '../states.ts';

/** What happened to an instance. */
export type EngineEvent =
  | { readonly type: 'start' }
  /** A task, or one segment of a fan-out, ended for good: its retries, if any, are used up. */
  | { readonly type: 'succeeded'; readonly node: number }
  | {
      readonly type: 'failed';
      readonly node: number;
      readonly code: FailureCode;
      readonly message: string;
    }
  /** A person settles a node, whatever it is doing: `skipped` counts as succeeded for what lies behind it. */
  | {
      readonly type: 'mark';
      readonly node: number;
      readonly as: 'succeeded' | 'failed' | 'skipped';
      readonly message: string;
    }
  /** A person starts a node over, and everything behind it. */
  | { readonly type: 'restart'; readonly node: number }
  /** A person starts so many failed segments of a fan-out over; if it had failed, so does everything behind it. */
  | { readonly type: 'retrySegments'; readonly node: number; readonly count: number }
  /** Judge everything that has not begun: the run was moved to another version. */
  | { readonly type: 'continue' }
  /** Let nothing begin yet: the run joins the queue of its workflow. Comes last. */
  | { readonly type: 'hold' }
  | { readonly type: 'cancel' }
  /** The time of the whole run is up: what is open ends, and the run has failed. */
  | { readonly type: 'expire'; readonly message: string }
  /** Start over what failed. `failedSegments`: how many of each fan-out did not succeed, which are the ones to repeat. */
  | { readonly type: 'retry'; readonly failedSegments: ReadonlyMap<number, number> };
