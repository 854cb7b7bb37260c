/**
 * A pump: while tasks are ready it keeps up to `concurrency` of them under way, claiming more as room frees.
 *
 *     wake ──> claim (a transaction of the port) ──> run each ──> verdict ──> outbox ──> settle (a transaction of the port)
 *                ^                                     |                                    |
 *                └──────────── room ───────────────────┘          what it makes ready ──> wake
 *
 * Pushes go through one (push_port.ts), and whatever else Latchwork does itself. No transaction is open while a task runs. A claimed task
 * is held by a lease; if this process dies before its verdict is settled, the lease runs out and the same attempt is run again, with the
 * same token. So nothing here has to be saved, and nothing is lost by forgetting it: a wake-up that was forgotten is renewed by the sweep.
 *
 * One claim and one settlement are under way at a time. What accumulates meanwhile goes into the next, so batches grow with the load and
 * an idle system waits for nothing. A work has a pump of its own: an endpoint that hangs delays nobody else.
 */

/** What a pump asks of the rows and of the world. */
export interface PumpPort<Task, Verdict> {
  /** Hands out up to `max` tasks; fewer mean that no more are ready. */
  claim(max: number): Promise<readonly Task[]>;
  /** Does what the task says, and says what came of it. Never rejects. */
  run(task: Task): Promise<Verdict>;
  /**
   * Records these verdicts; true if tasks may be ready now of which nobody else tells. A verdict on an attempt that is no longer live
   * changes nothing, so that all of them may simply be recorded again after this has thrown.
   */
  settle(settled: readonly Settled<Task, Verdict>[]): Promise<boolean>;
  /** Lengthens the leases of tasks under way; absent: they are as long as a task can take. */
  hold?(tasks: readonly Task[]): Promise<void>;
  /** How many may be under way at once, if what is pumped has a number of its own; never more than the pump's. */
  concurrency?(): number;
  /** Lets fewer through; absent: never. */
  readonly gate?: Gate;
}

export interface Gate {
  /** How many may be under way at `now` (ms), of at most `most`. */
  allows(most: number, now: number): number;
  /** While it is shut: when it opens by itself (ms). */
  shutUntil(now: number): number | null;
}

export type Settled<Task, Verdict> = { readonly task: Task; readonly verdict: Verdict };

export type PumpSettings = {
  readonly log: PumpLog;
  /** Tasks under way at once (default 64). */
  readonly concurrency?: number;
  readonly clock?: () => Date;
  /** Calls `action` once after `ms`, until the returned function is called. */
  readonly schedule?: (ms: number, action: () => void) => () => void;
};

export type PumpOptions<Task, Verdict> = PumpSettings & { readonly port: PumpPort<Task, Verdict> };

export type PumpLog = {
  readonly info: (facts: object, message: string) => void;
  readonly warn: (facts: object, message: string) => void;
};

/** A pump, whatever it pumps. */
export type AnyPump = Pick<Pump<unknown, unknown>, 'wake' | 'stop' | 'quiet' | 'unfinished'>;

/** Rather than a transaction per freed place, a claim waits this long for more places; not when few are taken. */
const GATHER_MS = 10;
/** The database did not answer: try again then. */
const TROUBLE_MS = 1_000;
/** Verdicts that wait for the database; no more tasks are claimed beyond. */
const MOST_UNSETTLED = 1_000;
/** How often leases are lengthened: a third of the shortest (operations/tasks/internal.ts). */
const HOLD_MS = 10_000;

export class Pump<Task, Verdict> {
  readonly #port: PumpPort<Task, Verdict>;
  readonly #log: PumpLog;
  readonly #concurrency: number;
  readonly #clock: () => Date;
  readonly #schedule: (ms: number, action: () => void) => () => void;

  /** There may be ready tasks that no claim has seen. */
  #wanted = false;
  #claiming = false;
  #settling = false;
  #stopping = false;
  readonly #underWay = new Set<Task>();
  #outbox: Settled<Task, Verdict>[] = [];
  #cancelTimer: (() => void) | null = null;
  #cancelHold: (() => void) | null = null;
  #whenQuiet: (() => void)[] = [];

  constructor(options: PumpOptions<Task, Verdict>) {
    this.#port = options.port;
    this.#log = options.log;
    this.#concurrency = options.concurrency ?? 64;
    this.#clock = options.clock ?? (() => new Date());
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

  /** Resolves when nothing is under way: no claim, no task, no verdict that is not settled. */
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
    const { gate } = this.#port;
    const shutUntil = gate?.shutUntil(now) ?? null;
    const most = Math.min(this.#concurrency, this.#port.concurrency?.() ?? this.#concurrency);
    const room = Math.min(gate?.allows(most, now) ?? most, most - this.#underWay.size);

    if (shutUntil !== null) {
      this.#lookIn(shutUntil - now);
    } else if (room > 0 && this.#underWay.size > 0 && room < most / 4 && !gathered) {
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
      const tasks = await this.#port.claim(room);

      this.#wanted ||= tasks.length >= room;
      for (const task of tasks) this.#underWay.add(task);
      for (const task of tasks) void this.#run(task);
      this.#holdOn();
    } catch (error) {
      this.#log.warn({ err: error }, 'Could not claim tasks; trying again');
      await this.#pause(TROUBLE_MS);
      this.#wanted = true;
    }

    this.#claiming = false;
    this.#look();
    this.#tellIfQuiet();
  }

  async #run(task: Task): Promise<void> {
    const verdict = await this.#port.run(task);

    this.#underWay.delete(task);
    this.#outbox.push({ task, verdict });
    void this.#settle();
    this.#look();
  }

  /** A lease is lengthened as long as somebody is on the task, so that it can be short and a crash is soon seen. */
  #holdOn(): void {
    if (this.#port.hold === undefined || this.#underWay.size === 0) return;

    this.#cancelHold ??= this.#schedule(HOLD_MS, () => {
      this.#cancelHold = null;
      this.#port.hold?.([...this.#underWay]).catch((error: unknown) => {
        this.#log.warn({ err: error }, 'Could not lengthen leases');
      });
      this.#holdOn();
    });
  }

  async #settle(): Promise<void> {
    if (this.#settling) return;

    this.#settling = true;

    while (this.#outbox.length > 0) {
      const batch = this.#outbox;
      this.#outbox = [];

      try {
        const more = await this.#port.settle(batch);
        this.#wanted ||= more;
      } catch (error) {
        this.#outbox = [...batch, ...this.#outbox];
        this.#log.warn({ err: error }, 'Could not record verdicts; trying again');
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
    const active =
      this.#underWay.size + this.#outbox.length > 0 || this.#claiming || this.#settling;

    if (active) return;

    this.#cancelHold?.();
    this.#cancelHold = null;
    for (const tell of this.#whenQuiet.splice(0)) tell();
  }
}

function onTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);

  return () => clearTimeout(timer);
}
