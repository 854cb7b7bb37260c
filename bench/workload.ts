import type { Installation } from './installation.ts';
import type { Measurement } from './measure.ts';

export type Options = {
  /** How much to do; of what, the workload says. */
  readonly n: number;
  /** Instances that finished earlier and fill the tables. */
  readonly history: number;
  /** Instances that wait in the queue of a workflow with a limit. */
  readonly queued: number;
  /** Tasks of the same work that are ready, but come later. */
  readonly ready: number;
};

export type Workload = {
  /** For `--help`. */
  readonly about: string;
  /** Default of `n`. */
  readonly n: number;
  readonly run: (installation: Installation, options: Options) => Promise<Measurement>;
};
