/** What one alert is about, by the kind of its rule. Kept as it is; words are made of it in whatever language is asked for. */

type FailedInstance = {
  readonly id: string;
  readonly objectId: string;
  readonly task: string | null;
  readonly message: string | null;
};

export type AlertFacts =
  | {
      readonly kind: 'instance_failed';
      readonly workflow: string;
      /** The latest few. */
      readonly examples: readonly FailedInstance[];
    }
  | {
      readonly kind: 'failure_rate';
      readonly workflow: string;
      readonly failed: number;
      readonly ended: number;
      readonly windowSeconds: number;
    }
  | {
      readonly kind: 'task_stuck';
      readonly work: string;
      readonly count: number;
      readonly oldestSeconds: number;
      readonly instances: readonly string[];
    }
  | {
      readonly kind: 'backlog';
      readonly of: 'tasks' | 'instances';
      /** Of the work or the workflow. */
      readonly key: string;
      readonly count: number;
      /** There are more than `count`. */
      readonly more: boolean;
      readonly oldestSeconds: number;
    }
  | {
      readonly kind: 'dispatch_timeout';
      readonly work: string;
      readonly count: number;
      readonly windowSeconds: number;
    }
  | {
      readonly kind: 'endpoint_down';
      readonly work: string;
      /** Scheme, host and port of the URL, which itself may hold secrets. */
      readonly endpoint: string;
      readonly deliveries: number;
    }
  | {
      /** Of notifications. */
      readonly kind: 'endpoint_off';
      readonly endpoint: string;
      /** It was switched off for it. */
      readonly off: boolean;
      readonly failingSince: string | null;
    }
  | {
      readonly kind: 'no_worker';
      readonly work: string;
      readonly waitedSeconds: number;
      readonly lastClaimAt: string | null;
    }
  | {
      readonly kind: 'dead_letter';
      readonly of: 'push' | 'notification';
      /** A work, or the receiver of notifications. */
      readonly key: string;
      /** What it said, of the latest one. */
      readonly message: string | null;
    };
