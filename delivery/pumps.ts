import { Pump, type PumpOptions, type PushPort } from './pump.ts';

/** A pushed work, by the keys of its project and its own. */
export type WorkName = { readonly projectId: number; readonly work: string };

/** The pushed works of this process, each with its pump. */
export interface Pumps {
  /** Something of this work may have become ready. */
  wake(name: WorkName): void;
  /** The same, but nothing for a work that this process has never pushed. */
  nudge(name: WorkName): void;
  /**
   * Claims nothing more, gives what is under way `graceMs` to be answered, then cuts it off: those attempts are handed back at once, to
   * be delivered again by whoever is next. Answers the works that may have more ready tasks: somebody else should be woken for them.
   */
  stop(graceMs: number): Promise<WorkName[]>;
}

export type PumpsOptions = Omit<PumpOptions, 'port'> & {
  readonly portOf: (name: WorkName) => PushPort;
};

/** To record the verdicts of requests that were cut off. */
const LAST_WORDS_MS = 5_000;

export function createPumps({ portOf, ...options }: PumpsOptions): Pumps {
  const pumps = new Map<string, { readonly name: WorkName; readonly pump: Pump }>();
  const keyOf = ({ projectId, work }: WorkName): string => `${projectId}/${work}`;

  return {
    wake(name) {
      const known = pumps.get(keyOf(name)) ?? {
        name,
        pump: new Pump({ ...options, port: portOf(name) }),
      };
      pumps.set(keyOf(name), known);

      known.pump.wake();
    },

    nudge(name) {
      pumps.get(keyOf(name))?.pump.wake();
    },

    async stop(graceMs) {
      const all = [...pumps.values()];
      for (const { pump } of all) pump.stop();

      const quiet = Promise.all(all.map(({ pump }) => pump.quiet()));

      await within(graceMs, quiet);
      await options.outbound.close();
      await within(LAST_WORDS_MS, quiet);

      return all.filter(({ pump }) => pump.unfinished).map(({ name }) => name);
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
