import type { Job } from '../job.ts';

/** Wakes the pump of a pushed work, which then goes on by itself until nothing is ready. */
export const deliver: Job<'deliver'> = async ({ delivering }, payload) => {
  delivering.wake(payload);
};
