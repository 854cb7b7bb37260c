import type { Job } from '../job.ts';

/** Wakes the pump of a receiver, which then goes on by itself until nothing is due. */
export const notify: Job<'notify'> = async ({ notifying }, payload) => {
  notifying.wake(payload);
};
