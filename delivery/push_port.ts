/**
 * What a pump does for a pushed work: each task is a signed request, its answer the verdict, and the endpoint's health the gate.
 */
import { createHealthGate } from './health_gate.ts';
import type { Outbound } from './http.ts';
import type { PumpLog, PumpPort, Settled } from './pump.ts';
import { pushRequest, type PushTask, type PushWork } from './push.ts';
import { type Sign, signWith } from './signature.ts';
import { healthOf, judgeAnswer, type Verdict } from './verdict.ts';

/** What pushes ask of the rows. */
export interface PushRows {
  /** Hands out up to `max` ready tasks; fewer mean that no more are ready. Null: the work is not pushed, or not any more. */
  claim(max: number): Promise<{ readonly work: PushWork; readonly tasks: PushTask[] } | null>;
  /** Records these verdicts; may be called with the same ones again after it has thrown. */
  settle(settled: readonly Pushed[]): Promise<void>;
}

export type Pushed = Settled<PushTask, Verdict>;

export type PushOptions = {
  readonly rows: PushRows;
  readonly outbound: Outbound;
  readonly log: PumpLog;
  readonly clock?: () => Date;
  readonly random?: () => number;
};

/** A task on its way, with its work as it was when it was claimed. */
type Push = {
  readonly task: PushTask;
  readonly work: PushWork;
  /** Null: the work has no secret. */
  readonly sign: Sign | 'unusable' | null;
};

/** Until the first claim has told what the work allows. */
const FIRST_CONCURRENCY = 1;

const UNSIGNABLE: Verdict = {
  type: 'undeliverable',
  message: 'a signing secret of the work is not whsec_ followed by base64',
  retryable: false,
};

export function pushPort({
  rows,
  outbound,
  log,
  clock = () => new Date(),
  random = Math.random,
}: PushOptions): PumpPort<Push, Verdict> {
  let url: string | null = null;
  let concurrency = FIRST_CONCURRENCY;
  const gate = createHealthGate(log);

  return {
    gate,
    concurrency: () => concurrency,

    async claim(max) {
      const claimed = await rows.claim(max);

      if (claimed === null) return [];

      const { work, tasks } = claimed;

      if (work.url !== url) {
        ({ url } = work);
        gate.forget();
      }
      const sign = signerOf(work);
      ({ concurrency } = work);

      return tasks.map((task) => ({ task, work, sign }));
    },

    async run({ task, work, sign }) {
      if (sign === 'unusable') return UNSIGNABLE;

      gate.sent();
      const answer = await outbound.send(pushRequest(task, work, sign, clock()));
      const now = clock();
      gate.ended(healthOf(answer, now), answer, now, { work: work.key });

      return judgeAnswer(answer, task.deliveries, now, random());
    },

    async settle(settled) {
      await rows.settle(settled.map(({ task: { task }, verdict }) => ({ task, verdict })));

      // The end of an attempt wakes whom it concerns. A retry only gives its place under the work's limit back, and says so to nobody.
      return settled.some(({ verdict }) => verdict.type === 'retry');
    },
  };
}

function signerOf({ secrets }: PushWork): Sign | 'unusable' | null {
  try {
    return secrets.length === 0 ? null : signWith(secrets);
  } catch {
    return 'unusable';
  }
}
