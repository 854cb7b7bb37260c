import type { TaskStatus } from '#engine/states.ts';

/** The bars of a run over time. Times are milliseconds since the epoch. */
export type Span = { readonly from: number; readonly to: number };

export type TimelineTask = {
  readonly key: string;
  readonly status: TaskStatus;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
};

export type TimelineRow<Task extends TimelineTask = TimelineTask> = {
  readonly task: Task;
  /** From when all before it had ended until somebody began it (or until now). */
  readonly waiting: Span | null;
  readonly running: Span | null;
};

type Line = { readonly from: string; readonly to: string };

/** These wait for somebody: the time until now is shown as waiting. */
const WAITS: readonly TaskStatus[] = ['delayed', 'ready', 'dispatched'];

export function timelineOf<Task extends TimelineTask>(
  tasks: readonly Task[],
  edges: readonly Line[],
  begin: number,
  now: number,
): readonly TimelineRow<Task>[] {
  const opened = openedAt(tasks, edges, begin);

  return tasks.map((task) => {
    const start = at(task.startedAt);
    const end = at(task.finishedAt);
    const open = opened.get(task.key) ?? begin;

    if (start === null) {
      return {
        task,
        waiting: WAITS.includes(task.status) ? span(open, now) : null,
        running: null,
      };
    }

    return {
      task,
      waiting: span(open, start),
      running: { from: start, to: end ?? Math.max(start, now) },
    };
  });
}

function span(from: number, to: number): Span | null {
  return to > from ? { from, to } : null;
}

/** When everything before a task had ended: the latest end on any way into it, seen through nodes that take no time themselves. */
function openedAt(
  tasks: readonly TimelineTask[],
  edges: readonly Line[],
  begin: number,
): ReadonlyMap<string, number> {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const before = Map.groupBy(edges, ({ to }) => to);
  const opened = new Map<string, number>();

  function ends(key: string): number {
    const own = at(byKey.get(key)?.finishedAt ?? null);
    return own ?? opens(key);
  }

  function opens(key: string): number {
    const known = opened.get(key);
    if (known !== undefined) {
      return known;
    }
    // Set first: a definition has no cycles, but this must end even if one ever has.
    opened.set(key, begin);
    const latest = Math.max(begin, ...(before.get(key) ?? []).map(({ from }) => ends(from)));
    opened.set(key, latest);
    return latest;
  }

  for (const { key } of tasks) {
    opens(key);
  }

  return opened;
}

function at(text: string | null): number | null {
  return text === null ? null : new Date(text).getTime();
}

/** Round steps in milliseconds: 1, 2, 5, 10 … ms and s, then minutes, hours, days as people count them. */
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 604_800_000,
] as const;

/** Offsets from the begin at which the axis is marked: round, and no more than `most`. */
export function ticks(length: number, most = 8): readonly number[] {
  const step = STEPS.find((each) => length / each <= most) ?? Math.ceil(length / most);
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
