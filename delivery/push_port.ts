/**
 * What a pump does for a pushed work: each task is a signed request, its answer the verdict, and the endpoint's health the gate.
 */
import { allowed, type Breaker, type Health, HEALTHY, onEnded, onSent } from './breaker.ts';
import type { Outbound, OutboundAnswer } from './http.ts';
import type { Gate, PumpLog, PumpPort, Settled } from './pump.ts';
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
  let breaker: Breaker = HEALTHY;

  const gate: Gate = {
    allows: (most, now) => allowed(breaker, now, most),
    shutUntil: (now) => (breaker.state === 'open' && now < breaker.until ? breaker.until : null),
  };

  function feel(health: Health, now: Date, work: PushWork, answer: OutboundAnswer): void {
    const before = breaker;
    breaker = onEnded(before, health, now.getTime());

    if (breaker.state === 'open' && before.state !== 'open') {
      const pauseMs = breaker.until - now.getTime();
      const reason = answer.ok ? `it answered ${answer.status}` : answer.message;
      log.warn({ work: work.key, pauseMs, reason }, 'Pausing an endpoint');
    } else if (breaker.state === 'closed' && before.state === 'probing') {
      log.info({ work: work.key }, 'A paused endpoint answers again');
    }
  }

  return {
    gate,

    async claim(max) {
      const claimed = await rows.claim(max);

      if (claimed === null) return [];

      const { work, tasks } = claimed;

      if (work.url !== url) {
        ({ url } = work);
        breaker = HEALTHY;
      }
      const sign = signerOf(work);

      return tasks.map((task) => ({ task, work, sign }));
    },

    async run({ task, work, sign }) {
      if (sign === 'unusable') return UNSIGNABLE;

      breaker = onSent(breaker);
      const answer = await outbound.send(pushRequest(task, work, sign, clock()));
      const now = clock();
      feel(healthOf(answer, now), now, work, answer);

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
