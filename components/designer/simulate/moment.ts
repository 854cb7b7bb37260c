/** How every node of a simulation stood at one moment, as the canvas shows a run. */
import type { Simulated, SimulatedAttempt, SimulatedNode } from '#engine/simulate/answer.ts';
import type { NodeRun } from '../../canvas/cards/card.ts';

type Runs = Readonly<Record<string, NodeRun>>;

/** @param at seconds since the run began; @param begin that moment, in ms since the epoch */
export function runsAt(answer: Simulated, at: number, begin: number): Runs {
  const attempts = Map.groupBy(answer.timeline, ({ node }) => node);
  const critical = new Set(answer.criticalPath.nodes.map(({ key }) => key));

  return Object.fromEntries(
    answer.nodes.map((node) => [
      node.key,
      { ...runAt(node, attempts.get(node.key) ?? [], at, begin), critical: critical.has(node.key) },
    ]),
  );
}

function runAt(
  node: SimulatedNode,
  attempts: readonly SimulatedAttempt[],
  at: number,
  begin: number,
): NodeRun {
  const { openedAt, startedAt, endedAt } = node;
  const ended = endedAt !== null && endedAt <= at;
  const started = startedAt !== null && startedAt <= at;
  const instant = (seconds: number) => new Date(begin + seconds * 1_000).toISOString();
  const done = attempts.filter((attempt) => attempt.segment !== null && attempt.endedAt <= at);

  return {
    status: ended ? node.status : statusOf(node, attempts, at),
    attempts: attempts.filter((attempt) => attempt.segment === null && attempt.startedAt <= at)
      .length,
    startedAt: started ? instant(startedAt) : null,
    // The clock of a simulation stands still where it is looked at.
    finishedAt: started ? instant(ended ? endedAt : at) : null,
    progress: null,
    branches: ended ? node.branches : null,
    segments:
      node.segments === null || openedAt === null || openedAt > at
        ? null
        : segmentsOf(node.segments.total, done),
  };
}

/** What waits by the clock alone is delayed until then, as it is in a real run. */
function statusOf(
  { type, openedAt }: SimulatedNode,
  attempts: readonly SimulatedAttempt[],
  at: number,
): 'pending' | 'delayed' | 'running' {
  if (openedAt === null || openedAt > at) return 'pending';
  const live = attempts.some(({ startedAt, endedAt }) => startedAt <= at && at < endedAt);
  return live && type !== 'wait' ? 'running' : 'delayed';
}

/** A segment that failed and is tried again counts once, by its last attempt so far. */
function segmentsOf(
  total: number,
  done: readonly SimulatedAttempt[],
): NonNullable<NodeRun['segments']> {
  const last = new Map(done.map(({ segment, outcome }) => [segment, outcome]));
  const failed = [...last.values()].filter((outcome) => outcome === 'failed').length;
  const succeeded = [...last.values()].filter((outcome) => outcome === 'succeeded').length;

  return { total, succeeded, failed, open: total - succeeded - failed };
}

/** The moments at which something changed, each once: where the scrubber stops. */
export function momentsOf({ nodes, timeline, seconds }: Simulated): readonly number[] {
  const all = [
    0,
    seconds,
    ...nodes.flatMap(({ openedAt, endedAt }) => [openedAt, endedAt]),
    ...timeline.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
  ].filter((moment) => moment !== null && moment <= seconds);

  return [...new Set(all)]
    .filter((moment) => moment !== null)
    .toSorted((one, other) => one - other);
}
