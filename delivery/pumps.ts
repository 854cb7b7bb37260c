import type { AnyPump } from './pump.ts';

/** A work, by the keys of its project and its own. */
export type WorkName = { readonly projectId: number; readonly work: string };

/** What this process pushes, runs or sends, each by its name with its pumps. */
export interface Pumps<Name = WorkName> {
  /** Something of this name may have become ready. */
  wake(name: Name): void;
  /** The same, but nothing for one that no job has woken here. */
  nudge(name: Name): void;
  /**
   * Claims nothing more, gives what is under way `graceMs` to end, then cuts it off: those attempts are handed back at once, to
   * be run again by whoever is next. Answers those that may have more ready tasks: somebody else should be woken for them.
   */
  stop(graceMs: number): Promise<Name[]>;
}

export type PumpsOptions<Name> = {
  /** The pumps of what is woken for the first time; none: nobody has to do anything for it. */
  readonly pumpsOf: (name: Name) => readonly AnyPump[];
  /** Ends everything that is under way. */
  readonly cutOff: () => Promise<void>;
};

/** To record the verdicts of what was cut off. */
const LAST_WORDS_MS = 5_000;

export function createPumps<Name extends Readonly<Record<string, string | number>> = WorkName>({
  pumpsOf,
  cutOff,
}: PumpsOptions<Name>): Pumps<Name> {
  const known = new Map<string, { readonly name: Name; readonly pumps: readonly AnyPump[] }>();
  const keyOf = (name: Name): string => Object.values(name).join('/');
  const wakeAll = (pumps: readonly AnyPump[] = []): void => {
    for (const pump of pumps) pump.wake();
  };

  return {
    wake(name) {
      const one = known.get(keyOf(name)) ?? { name, pumps: pumpsOf(name) };
      known.set(keyOf(name), one);

      wakeAll(one.pumps);
    },

    nudge(name) {
      wakeAll(known.get(keyOf(name))?.pumps);
    },

    async stop(graceMs) {
      const all = [...known.values()];
      const pumps = all.flatMap((one) => one.pumps);
      for (const pump of pumps) pump.stop();

      const quiet = Promise.all(pumps.map((pump) => pump.quiet()));

      await within(graceMs, quiet);
      await cutOff();
      await within(LAST_WORDS_MS, quiet);

      return all.filter((one) => one.pumps.some((pump) => pump.unfinished)).map(({ name }) => name);
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
