'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Json } from '#engine/json.ts';
import { api } from '../../query/client.ts';
import type { StartRow } from './start_list.ts';
import { newIdempotencyKey, nextBatch, type Started } from './start_many.ts';

export type ManyRun = {
  readonly rows: readonly StartRow[];
  readonly input: Json;
  /** Those of the rows that have been answered, in their order. */
  readonly results: readonly Started[];
  readonly running: boolean;
  /** What stopped it, unless a person did. */
  readonly error: Error | null;
  /** With the number of the first row of a batch, its idempotency key: a batch whose answer was lost is not started twice. */
  readonly key: string;
};

/** Starts many instances batch by batch. It stops after the batch under way when it is told to, or when its view is left. */
export function useStartMany(workflow: string) {
  const queries = useQueryClient();
  const [run, setRun] = useState<ManyRun | null>(null);
  const stopped = useRef(false);
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );

  async function goOn(from: ManyRun) {
    const results = [...from.results];
    const show = (rest: Pick<ManyRun, 'running' | 'error'>) =>
      setRun({ ...from, ...rest, results: [...results] });
    stopped.current = false;

    try {
      while (results.length < from.rows.length && !stopped.current) {
        show({ running: true, error: null });
        const answer = await api.post<{ results: readonly Started[] }>(
          `/workflows/${workflow}/instances/batch`,
          { instances: nextBatch(from.rows, results.length, from.input) },
          { headers: { 'idempotency-key': `${from.key}-${results.length}` } },
        );
        results.push(...answer.results);
      }
      show({ running: false, error: null });
    } catch (error) {
      show({ running: false, error: error instanceof Error ? error : new Error(String(error)) });
    }
    await queries.invalidateQueries({ queryKey: ['instances'] });
  }

  return {
    run,
    start: (rows: readonly StartRow[], input: Json) =>
      goOn({ rows, input, results: [], running: true, error: null, key: newIdempotencyKey() }),
    goOn: () => (run === null ? Promise.resolve() : goOn(run)),
    stop: () => {
      stopped.current = true;
    },
    /** Back to the list. */
    clear: () => setRun(null),
  };
}
