/** Windows of time in which work may begin, once more: by arithmetic on time zones that have no summer time. Every run begins at noon, UTC. */
import type { TimeWindow } from '#engine/definition.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When every run begins: today, for which partitions exist; whole seconds, so that nothing is rounded. */
export const START = Math.floor(Date.now() / DAY) * DAY + DAY / 2;

export type Window = TimeWindow & { readonly hoursAhead: number };

export const WINDOWS: readonly Window[] = [
  // Open for an hour, and then not until tomorrow.
  { from: '11:30', to: '13:00', timeZone: 'UTC', hoursAhead: 0 },
  { from: '12:01', to: '12:03', timeZone: 'UTC', hoursAhead: 0 },
  // Past midnight: it closes in a minute.
  { from: '20:30', to: '12:01', timeZone: 'UTC', hoursAhead: 0 },
  { from: '20:02', to: '20:05', timeZone: 'Asia/Shanghai', hoursAhead: 8 },
];

/** The first moment from `at` on at which the window is open. */
export function opens({ from, to, hoursAhead }: Window, at: number): number {
  const local = at + hoursAhead * HOUR;
  const midnight = Math.floor(local / DAY) * DAY;
  const begins = midnight + timeOf(from);
  const ends = midnight + timeOf(to) + (to > from ? 0 : DAY);
  const day = [-1, 0, 1].find((one) => ends + one * DAY > local) ?? 1;

  return Math.max(begins + day * DAY, local) - hoursAhead * HOUR;
}

function timeOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * HOUR + minutes * MINUTE;
}
