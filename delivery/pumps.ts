import { Pump, type PumpOptions, type PushPort } from './pump.ts';

/** The pushed works of this process, each with its pump. */
export interface Pumps {
  /** Something of this work may have become ready. Returns at once. */
  wake(projectId: number, work: string): void;
  /**
   * Claims nothing more, gives what is under way `graceMs` to be answered, then cuts it off: those attempts are handed back at once, to
   * be delivered again by whoever is next.
   */
  stop(graceMs: number): Promise<void>;
}

export type PumpsOptions = Omit<PumpOptions, 'port'> & {
  readonly portOf: (projectId: number, work: string) => PushPort;
};

/** To record the verdicts of requests that were cut off. */
const LAST_WORDS_MS = 5_000;

export function createPumps({ portOf, ...options }: PumpsOptions): Pumps {
  const pumps = new Map<string, Pump>();

  return {
    wake(projectId, work) {
      const key = `${projectId}/${work}`;
      let pump = pumps.get(key);

      if (pump === undefined) {
        pump = new Pump({ ...options, port: portOf(projectId, work) });
        pumps.set(key, pump);
      }

      pump.wake();
    },

    async stop(graceMs) {
      const all = [...pumps.values()];
      for (const pump of all) pump.stop();

      const quiet = Promise.all(all.map((pump) => pump.quiet()));

      await within(graceMs, quiet);
      await options.outbound.close();
      await within(LAST_WORDS_MS, quiet);
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });

  await Promise.race([work, over]);
  clearTimeout(timer);
}
