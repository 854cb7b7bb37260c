import { debounce, type Options } from 'nuqs';

let navigations = 0;

/** For instrumentation-client.ts: somebody goes to another page, which may take a while to come. */
export function countNavigation(): void {
  navigations += 1;
}

/**
 * How typed text gets into the address: when the typing pauses. The router gives up a navigation that is under way when the address is
 * written, so what was typed before it began is not written any more: who has pressed a link wants to arrive.
 */
export function whenTypingPauses(ms: number): Options {
  const before = navigations;

  return {
    limitUrlUpdates: debounce(ms),
    // Called with the writing itself, at the moment of it.
    startTransition: (write) => {
      if (navigations === before) {
        void write();
      }
    },
  };
}
