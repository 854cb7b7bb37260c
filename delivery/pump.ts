/**
 * The pump of one pushed work: while tasks are ready it keeps up to `concurrency` requests under way, claiming more as room frees.
 *
 *     wake ──> claim (a transaction of the port) ──> send each ──> verdict ──> outbox ──> settle (a transaction of the port)
 *                ^                                     |                                    |
 *                └──────────── room ───────────────────┘          what it makes ready ──> wake
 *
 * No transaction is open while a request is under way. A claimed task is held by a lease; if this process dies before its verdict is
 * settled, the lease runs out and the same attempt is delivered again, with the same token and `webhook-id`. So nothing here has to be
 * saved, and nothing is lost by forgetting it: a wake-up that was forgotten is renewed by the sweep.
 *
 * One claim and one settlement are under way at a time. What accumulates meanwhile goes into the next, so batches grow with the load and
 * an idle system waits for nothing. A work has a pump of its own: an endpoint that hangs delays nobody else.
 */
import { allowed, type Breaker, type Health, HEALTHY, onEnded, onSent } from './breaker.ts';
import type { Outbound, OutboundAnswer } from './http.ts';
import { pushRequest, type PushTask, type PushWork } from './push.ts';
import { type Sign, signWith } from './signature.ts';
import { healthOf, judgeAnswer, type Verdict } from './verdict.ts';

/** What a pump asks of the rows. */
export interface PushPort {
  /** Hands out up to `max` ready tasks; fewer mean that no more are ready. Null: the work is not pushed, or not any more. */
  claim(max: number): Promise<{ readonly work: PushWork; readonly tasks: PushTask[] } | null>;
  /**
   * Records these verdicts. One on an attempt that is no longer live changes nothing, so that all of them may simply be recorded again
   * after this has thrown.
   */
  settle(settled: readonly Settled[]): Promise<void>;
}

export type Settled = { readonly task: PushTask; readonly verdict: Verdict };

export type PumpOptions = {
  readonly port: PushPort;
  readonly outbound: Outbound;
  readonly log: PumpLog;
  /** Requests under way at once (default 64). */
  readonly concurrency?: number;
  readonly clock?: () => Date;
  readonly random?: () => number;
  /** Calls `action` once after `ms`, until the returned function is called. */
  readonly schedule?: (ms: number, action: () => void) => () => void;
};

export type PumpLog = {
  readonly info: (facts: object, message: string) => void;
  readonly warn: (facts: object, message: string) => void;
};

/** Rather than a transaction per freed place, a claim waits this long for more places; not when few are taken. */
const GATHER_MS = 10;
/** The database did not answer: try again then. */
const TROUBLE_MS = 1_000;
/** Verdicts that wait for the database; no more tasks are claimed beyond. */
const MOST_UNSETTLED = 1_000;

export class Pump {
  readonly #port: PushPort;
  readonly #outbound: Outbound;
  readonly #log: PumpLog;
  readonly #concurrency: number;
  readonly #clock: () => Date;
  readonly #random: () => number;
  readonly #schedule: (ms: number, action: () => void) => () => void;

  #url: string | null = null;
  #breaker: Breaker = HEALTHY;
  /** There may be ready tasks that no claim has seen. */
  #wanted = false;
  #claiming = false;
  #settling = false;
  #stopping = false;
  #inFlight = 0;
  #outbox: Settled[] = [];
  #cancelTimer: (() => void) | null = null;
  #whenQuiet: (() => void)[] = [];

  constructor(options: PumpOptions) {
    this.#port = options.port;
    this.#outbound = options.outbound;
    this.#log = options.log;
    this.#concurrency = options.concurrency ?? 64;
    this.#clock = options.clock ?? (() => new Date());
    this.#random = options.random ?? Math.random;
    this.#schedule = options.schedule ?? onTimer;
  }

  /** Something may have become ready. Cheap, and safe to call at any time. */
  wake(): void {
    this.#wanted = true;
    this.#look();
  }

  /** Claims nothing more; ready tasks stay where they are. What is under way goes on: await `quiet`. */
  stop(): void {
    this.#stopping = true;
    this.#cancelTimer?.();
  }

  /** It was stopped before it saw that nothing is ready: somebody else has to look. */
  get unfinished(): boolean {
    return this.#stopping && this.#wanted;
  }

  /** Resolves when nothing is under way: no claim, no request, no verdict that is not settled. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenQuiet.push(resolve);
      this.#tellIfQuiet();
    });
  }

  /** Claims if there is reason to and room for it. `gathered`: do not wait for more room. */
  #look(gathered = false): void {
    const busy = this.#claiming || this.#outbox.length >= MOST_UNSETTLED;

    if (this.#stopping || !this.#wanted || busy) return;

    const now = this.#clock().getTime();
    const room = Math.min(
      allowed(this.#breaker, now, this.#concurrency),
      this.#concurrency - this.#inFlight,
    );

    if (this.#breaker.state === 'open' && now < this.#breaker.until) {
      this.#lookIn(this.#breaker.until - now);
    } else if (room > 0 && this.#inFlight > 0 && room < this.#concurrency / 4 && !gathered) {
      this.#lookIn(GATHER_MS);
    } else if (room > 0) {
      void this.#claim(room);
    }
  }

  #lookIn(ms: number): void {
    this.#cancelTimer ??= this.#schedule(ms, () => {
      this.#cancelTimer = null;
      this.#look(true);
    });
  }

  async #claim(room: number): Promise<void> {
    this.#claiming = true;
    this.#wanted = false;

    try {
      const claimed = await this.#port.claim(room);

      if (claimed !== null) {
        this.#wanted ||= claimed.tasks.length >= room;
        this.#sendAll(claimed.work, claimed.tasks);
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'Could not claim tasks to push; trying again');
      await this.#pause(TROUBLE_MS);
      this.#wanted = true;
    }

    this.#claiming = false;
    this.#look();
    this.#tellIfQuiet();
  }

  #sendAll(work: PushWork, tasks: readonly PushTask[]): void {
    if (work.url !== this.#url) {
      this.#url = work.url;
      this.#breaker = HEALTHY;
    }

    const sign = signerOf(work);

    for (const task of tasks) {
      if (sign === 'unusable') {
        this.#outbox.push({ task, verdict: UNSIGNABLE });
      } else {
        this.#inFlight += 1;
        this.#breaker = onSent(this.#breaker);
        void this.#send(task, work, sign);
      }
    }

    void this.#settle();
  }

  async #send(task: PushTask, work: PushWork, sign: Sign | null): Promise<void> {
    const answer = await this.#outbound.send(pushRequest(task, work, sign, this.#clock()));
    const now = this.#clock();
    const verdict = judgeAnswer(answer, task.deliveries, now, this.#random());

    this.#inFlight -= 1;
    this.#feel(healthOf(answer, now), now, work, answer);
    this.#outbox.push({ task, verdict });
    void this.#settle();
    this.#look();
  }

  #feel(health: Health, now: Date, work: PushWork, answer: OutboundAnswer): void {
    const before = this.#breaker;
    this.#breaker = onEnded(before, health, now.getTime());

    if (this.#breaker.state === 'open' && before.state !== 'open') {
      const pauseMs = this.#breaker.until - now.getTime();
      const reason = answer.ok ? `it answered ${answer.status}` : answer.message;
      this.#log.warn({ work: work.key, pauseMs, reason }, 'Pausing an endpoint');
    } else if (this.#breaker.state === 'closed' && before.state === 'probing') {
      this.#log.info({ work: work.key }, 'A paused endpoint answers again');
    }
  }

  async #settle(): Promise<void> {
    if (this.#settling) return;

    this.#settling = true;

    while (this.#outbox.length > 0) {
      const batch = this.#outbox;
      this.#outbox = [];

      try {
        await this.#port.settle(batch);
        // The end of an attempt wakes whom it concerns. A retry only gives its place under the work's limit back, and says so to nobody.
        this.#wanted ||= batch.some(({ verdict }) => verdict.type === 'retry');
      } catch (error) {
        this.#outbox = [...batch, ...this.#outbox];
        this.#log.warn({ err: error }, 'Could not record deliveries; trying again');
        await this.#pause(TROUBLE_MS);
      }
    }

    this.#settling = false;
    this.#look();
    this.#tellIfQuiet();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#schedule(ms, resolve));
  }

  #tellIfQuiet(): void {
    const active = this.#inFlight + this.#outbox.length > 0 || this.#claiming || this.#settling;

    if (active) return;

    for (const tell of this.#whenQuiet.splice(0)) tell();
  }
}

const UNSIGNABLE: Verdict = {
  type: 'undeliverable',
  message: 'a signing secret of the work is not whsec_ followed by base64',
  retryable: false,
};

/** Null: the work has no secret. */
function signerOf({ secrets }: PushWork): Sign | 'unusable' | null {
  try {
    return secrets.length === 0 ? null : signWith(secrets);
  } catch {
    return 'unusable';
  }
}

function onTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);

  return () => clearTimeout(timer);
}
