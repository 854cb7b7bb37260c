/**
 * Reports: the hot path. A worker says what became of an attempt; the attempt ends, the engine advances its instance, what comes next
 * is made ready, all in one transaction.
 *
 *     report ─┐
 *     report ─┼─ join the next batch ──> one transaction (lock, take, advance, write) ── commit ──> answers
 *     report ─┘
 *
 * Group commit: while a transaction is under way, further reports gather; when it ends, all that gathered become the next one. An idle
 * system adds no wait, a busy one grows its batches. Two batches at once may hold reports on one instance: its lock lets one wait.
 */
import { findEnded } from '#db/hot/attempts.ts';
import { lockInstances } from '#db/hot/instances.ts';
import { touchTasks, type AttemptKey } from '#db/hot/tasks.ts';
import type { Transaction } from '#db/database.ts';
import type { Context } from '../context.ts';
import { createLanes } from '../lanes.ts';
import { endAttempts, type End } from './end.ts';
import { errorOf, foldReports, judgeEnded, outcomeOf, type Folded, type Placed } from './fold.ts';
import type { Report, ReportAnswer } from './reports.ts';
import { DEFAULT_RUN_SECONDS } from './settings.ts';
import { readToken } from './token.ts';

/** Tasks of one transaction at most. Measured: twice as many gain nothing and double the wait. */
const MOST_PER_BATCH = 500;

type Item = { readonly ctx: Context; readonly key: AttemptKey; readonly report: Report };

const lanes = createLanes<Item, ReportAnswer>({
  most: MOST_PER_BATCH,
  run: (items) => applyBatch(items),
});

/**
 * Takes reports of workers; answers each, in their order. The token of a report is all the right it needs. Refused ones changed
 * nothing: `stale_attempt` if the attempt is not live (any more), `invalid_request` if the token is none.
 */
export async function reportTasks(
  ctx: Context,
  reports: readonly Report[],
): Promise<ReportAnswer[]> {
  return Promise.all(
    reports.map(async (report): Promise<ReportAnswer> => {
      const key = readToken(report.token);
      return key === null
        ? { ok: false, code: 'invalid_request', message: 'The token is not one of ours.' }
        : lanes.add(ctx.db, { ctx, key, report });
    }),
  );
}

async function applyBatch(items: readonly Item[]): Promise<ReportAnswer[]> {
  const [first] = items;
  if (first === undefined) {
    return [];
  }
  const { ctx } = first;
  const attempts = fold(items);

  return ctx.db.transaction(async (tx) => {
    const live = await applyFolded(ctx, tx, attempts);
    return answer(tx, items, attempts, live);
  });
}

function fold(items: readonly Item[]): Folded[] {
  const byAttempt = new Map<string, { key: AttemptKey; reports: Placed[] }>();

  for (const [place, { key, report }] of items.entries()) {
    const attempt = byAttempt.get(report.token);
    if (attempt) {
      attempt.reports.push({ place, report });
    } else {
      byAttempt.set(report.token, { key, reports: [{ place, report }] });
    }
  }

  return [...byAttempt.values()].map(({ key, reports }) => foldReports(key, reports));
}

/** Writes what the batch changes; answers the attempts that were live. */
async function applyFolded(
  ctx: Context,
  tx: Transaction,
  attempts: readonly Folded[],
): Promise<ReadonlySet<Folded>> {
  const now = ctx.clock();
  const ending = attempts.filter(({ end }) => end !== null);
  const going = attempts.filter(({ end }) => end === null);
  const live = new Set<Folded>();

  if (going.length > 0) {
    // Instances before tasks, as everywhere.
    await lockInstances(
      tx,
      attempts
        .filter(({ end, patches }) => end !== null || patches.length > 0)
        .map(({ key }) => ({ ...key, withContext: false })),
    );
    const touches = going.map(({ key, worker, progress }) => ({ ...key, worker, progress }));
    for (const { place } of await touchTasks(tx, touches, now, DEFAULT_RUN_SECONDS)) {
      const attempt = going[place];
      if (attempt) {
        live.add(attempt);
      }
    }
  }

  const patches = going
    .filter((attempt) => live.has(attempt) && attempt.patches.length > 0)
    .map(({ key, patches: list }) => ({
      projectId: key.projectId,
      instanceId: key.instanceId,
      patches: list,
    }));
  const taken = await endAttempts(
    ctx,
    tx,
    ending.map((attempt) => endOf(attempt, now)),
    patches,
  );
  for (const place of taken) {
    const attempt = ending[place];
    if (attempt) {
      live.add(attempt);
    }
  }

  return live;
}

function endOf({ key, end, patches }: Folded, now: Date): End {
  if (end === null) {
    throw new Error('only an attempt that ends has an end');
  }

  return {
    ...key,
    ...outcomeOf(end),
    error: errorOf(end),
    output: end.type === 'finish' ? (end.output ?? null) : null,
    ...(end.type === 'fail' || end.type === 'raise'
      ? { retryable: end.retryable !== false, retryAfterMs: (end.retryAfterSeconds ?? 0) * 1_000 }
      : {}),
    again: end.type === 'delay' ? againAt(end, now) : null,
    patches,
  };
}

function againAt(report: Extract<Report, { type: 'delay' }>, now: Date): Date {
  return report.until === undefined
    ? new Date(now.getTime() + (report.seconds ?? 0) * 1_000)
    : new Date(report.until);
}

/** Answers every report: live ones plainly, the others by how their attempt ended. */
async function answer(
  tx: Transaction,
  items: readonly Item[],
  attempts: readonly Folded[],
  live: ReadonlySet<Folded>,
): Promise<ReportAnswer[]> {
  const answers = items.map((): ReportAnswer => ({ ok: true }));
  const dead = attempts.filter((attempt) => !live.has(attempt));
  const ended =
    dead.length === 0
      ? []
      : await findEnded(
          tx,
          dead.map(({ key }) => key),
        );
  const endedOf = new Map(ended.map((row) => [dead[row.place], row]));

  for (const attempt of attempts) {
    const mine = live.has(attempt);
    const how = mine ? attempt.end && outcomeOf(attempt.end) : endedOf.get(attempt);
    const judged = mine ? attempt.late : [...attempt.places.map(placed), ...attempt.late];

    for (const { place, report } of judged) {
      answers[place] = judgeEnded(report, how ?? undefined);
    }
  }

  return answers;

  function placed(place: number): Placed {
    const item = items[place];
    if (item === undefined) {
      throw new Error(`no report at ${place}`);
    }
    return { place, report: item.report };
  }
}
