import type { Json } from '../json.ts';
import type { FailureCode } from '../states.ts';

/** What the engine wants done. */
export type Effect =
  /** Make a live task. `at`: not to begin (of a signal: not to wait on) before or after then, in ms; null: at once, for ever. */
  | {
      readonly type: 'open';
      readonly node: number;
      readonly input: Json | null;
      readonly at: number | null;
    }
  /** Make live tasks of the first `parallel` segments; the others wait in line, at the places from `parallel` on. */
  | {
      readonly type: 'fan';
      readonly node: number;
      readonly inputs: readonly (Json | null)[];
      readonly parallel: number;
      readonly at: number | null;
    }
  /** Make live tasks of the `count` segments in line from place `first` on. */
  | {
      readonly type: 'release';
      readonly node: number;
      readonly first: number;
      readonly count: number;
    }
  /**
   * Bring segments of a fan-out back: the first `parallel` as live tasks, the others in line, at the places from `first` on, before those that
   * wait there. `all`: no other segment of it is under way.
   */
  | {
      readonly type: 'reopen';
      readonly node: number;
      readonly parallel: number;
      readonly first: number;
      readonly all: boolean;
      readonly at: number | null;
    }
  /** Take the live tasks of a node away. */
  | { readonly type: 'drop'; readonly node: number }
  /** Forget the segments of a fan-out that wait in line. */
  | { readonly type: 'forget'; readonly node: number }
  /** A node ended without any worker's doing: keep the trace of it. */
  | ({ readonly type: 'record' } & NodeRecord)
  /** A node took a signal that had come early. */
  | { readonly type: 'consume'; readonly node: number; readonly signal: string }
  | {
      readonly type: 'finish';
      readonly status: 'succeeded' | 'failed' | 'cancelled';
      readonly output: Json | null;
    };

/** An attempt that nobody was handed. */
export type NodeRecord = { readonly node: number } & (
  | { readonly outcome: 'succeeded'; readonly output: Json | null }
  | { readonly outcome: 'failed'; readonly code: FailureCode; readonly message: string }
);

/** Many segments of one fan-out may end in one batch: one effect for all of them. */
export function mergeReleases(effects: readonly Effect[]): Effect[] {
  const merged = new Map<number, Extract<Effect, { type: 'release' }>>();
  for (const effect of effects) {
    if (effect.type === 'release') {
      const before = merged.get(effect.node);
      merged.set(effect.node, before ? { ...before, count: before.count + effect.count } : effect);
    }
  }

  return [...effects.filter((effect) => effect.type !== 'release'), ...merged.values()];
}
