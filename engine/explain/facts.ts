/** What explaining needs to know, beside the plan and the state. Moments in ms since the epoch; null: never, or not known. */
import type { AttemptOutcome, InstanceStatus, TaskStatus } from '../states.ts';

export type InstanceFacts = {
  readonly status: InstanceStatus;
  readonly objectId: string;
  readonly createdAt: number;
  readonly runAt: number | null;
  readonly startedAt: number | null;
  /** When it fails if it has not ended: the workflow's timeout. */
  readonly expiresAt: number | null;
  /** Queued behind another instance for the same object id. */
  readonly blocked: boolean;
  /** Who has the object id; null: nobody any more. */
  readonly holder: string | null;
  /** Queued ones before it, counted up to a cap. */
  readonly ahead: number | null;
  /** The instance that started it, if that does not wait for it any more. */
  readonly orphanOf: string | null;
  readonly pause: {
    readonly at: number;
    readonly by: string;
    readonly reason: string;
  } | null;
  readonly workflow: {
    readonly key: string;
    readonly enabled: boolean;
    /** 0: no limit. */
    readonly maxRunning: number;
    readonly running: number;
    readonly order: 'fifo' | 'lifo';
  };
  /** A worker process of Latchwork is alive. */
  readonly scheduler: boolean;
};

/** One live task or segment, or a group of segments of the same status with one that stands for all. */
export type LiveFacts = {
  readonly status: Extract<TaskStatus, 'pending' | 'delayed' | 'ready' | 'dispatched' | 'running'>;
  /** How many it stands for. */
  readonly count: number;
  readonly held: boolean;
  readonly attempt: number;
  readonly failures: number;
  /** Pushes of the present attempt without an answer. */
  readonly deliveries: number;
  /** Why the last of them was in vain. */
  readonly deliveryError: string | null;
  readonly delivering: boolean;
  readonly worker: string | null;
  readonly progress: number | null;
  /** Of a signal: what a person is asked, rendered. */
  readonly prompt: string | null;
  readonly openedAt: number;
  readonly firstAt: number | null;
  readonly dispatchedAt: number | null;
  readonly startedAt: number | null;
  readonly dueAt: number | null;
  readonly pollAt: number | null;
  /** Limits that apply, the node's before the work's. */
  readonly dispatchSeconds: number | null;
  readonly runSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  readonly totalSeconds: number | null;
  readonly child: { readonly id: string; readonly status: InstanceStatus | null } | null;
  /** How its last attempt ended; null: it has had none. */
  readonly last: {
    readonly outcome: AttemptOutcome;
    readonly code: string | null;
    readonly message: string | null;
    readonly finishedAt: number;
  } | null;
  /** Failures that its work retries, where the node does not say; null: not known. */
  readonly retryLimit: number | null;
  /** Ready ones of its work before it, counted up to a cap; null: it is not in line. */
  readonly ahead: number | null;
};

export type WorkFacts = {
  readonly key: string;
  readonly delivery: 'pull' | 'push' | 'internal';
  /** 0: no limit. */
  readonly maxConcurrent: number;
  /** Handed out and counted against the limit. */
  readonly slots: number;
  readonly rate: {
    readonly limit: number;
    readonly perSeconds: number;
    readonly tokens: number;
  } | null;
  readonly lastClaimAt: number | null;
  /** Tasks that workers have, counted up to a cap. */
  readonly inHand: number;
  /** Of its task that was pushed most often without an answer. */
  readonly deliveries: number;
  readonly deliveryError: string | null;
};
