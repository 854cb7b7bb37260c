'use client';

import type { Instance } from '#api/types.ts';
import { isFinalInstance } from '#engine/states.ts';
import { useLive } from '../query/provider.tsx';

/** Whether what is shown of a run may change while one looks: it goes on, and nobody has paused the page. */
export function useMoving({ status }: Pick<Instance, 'status'>): boolean {
  const live = useLive();
  return live.status !== 'off' && !isFinalInstance(status);
}
