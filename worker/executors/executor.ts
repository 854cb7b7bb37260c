import type { Outbound } from '#delivery/http.ts';
import type { AnyPump, PumpPort } from '#delivery/pump.ts';
import type { Context } from '#operations/context.ts';
import {
  endInternal,
  holdInternal,
  putBackInternal,
  type InternalEnd,
  type InternalTask,
} from '#operations/tasks/internal.ts';
import type { ScriptPool } from '../sandbox/pool.ts';

/** What it takes to make requests. */
export type RequestTools = {
  readonly outbound: Outbound;
  /** How services reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** Who runs things here, as people see it in the trace. */
  readonly worker: string;
};

/** What the executors of this process share. */
export type Tools = RequestTools & {
  readonly scripts: ScriptPool;
  readonly scriptThreads: number;
  /** Requests of a kind that are under way at once. */
  readonly httpConcurrency: number;
  readonly pump: <Task, Verdict>(port: PumpPort<Task, Verdict>, concurrency?: number) => AnyPump;
};

/** Runs the tasks of one built-in work, by as many pumps as it takes. */
export type Executor = (ctx: Context, tools: Tools) => readonly AnyPump[];

export type Ended = { readonly type: 'ended'; readonly end: InternalEnd };

/** How an attempt ended; or that it was cut off, because the process stops. */
export type InternalVerdict = Ended | { readonly type: 'cut_off' };

/** The common way of built-in works: hold what was claimed while it runs, and end it. */
export function internalPort<Task extends InternalTask>(
  ctx: Context,
): Pick<Required<PumpPort<Task, InternalVerdict>>, 'hold' | 'settle'> {
  return {
    hold: (tasks) =>
      holdInternal(
        ctx,
        tasks.map(({ key }) => key),
      ),

    async settle(settled) {
      await Promise.all([
        endInternal(
          ctx,
          settled.flatMap(({ verdict }) => (verdict.type === 'ended' ? [verdict.end] : [])),
        ),
        putBackInternal(
          ctx,
          settled.flatMap(({ task, verdict }) => (verdict.type === 'cut_off' ? [task.key] : [])),
        ),
      ]);
      return false;
    },
  };
}
