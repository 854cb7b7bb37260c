/**
 * A statement of the engine is planned once, with whatever the statistics say then. Here they say that every table is all but empty, as they
 * do after a quiet night, and no statement may be planned as a walk over a whole table: in the morning it is full.
 */
import { expect, test } from 'vitest';
import { openDatabase, type Database } from '#db/database.ts';
import type { Context } from './context.ts';
import { cancelInstances } from './instances/cancel.ts';
import { createInstances } from './instances/create.ts';
import { retryInstances } from './instances/retry.ts';
import { sendSignal } from './signals/send.ts';
import { endWaits } from './sweeps/waits.ts';
import { releaseDelays } from './sweeps/delays.ts';
import { sweepTimeouts } from './sweeps/timeouts.ts';
import { isRefusal } from './refusal.ts';
import { claimTasks } from './tasks/claim.ts';
import { claimForPush, recordDeliveries } from './tasks/push.ts';
import { reportTasks } from './tasks/report.ts';
import { setup } from '#test/setup.ts';

const CONNECTIONS = 3;
/** Tables of which there is a row for each thing under way. */
const GROWING = ['task', 'instance', 'attempt', 'segment_queue', 'signal'];

test('no statement of the engine walks over a table that may be large', async () => {
  const world = await setup({
    dag: 'a -> f, f -> w, w -> s, s -> p',
    nodes: {
      a: { retry: { maxAttempts: 2, delaySeconds: 1 } },
      f: { type: 'fanout', work: 'f', items: '[1, 2, 3, 4, 5]', maxParallel: 2 },
      w: { type: 'wait', seconds: 60 },
      s: { type: 'signal', signal: 'go' },
    },
  });
  await world.db
    .sql`update work set delivery = 'push', url = 'http://127.0.0.1:1/' where key = 'p'`;
  await world.create();
  await world.db.sql.unsafe('analyze');

  const db = openDatabase({
    url: world.url,
    engineConnections: CONNECTIONS,
    readConnections: 1,
    name: 'planned',
  });
  try {
    await useAll({ ...world.ctx, db }, world.advanceClock);
    const plans = await plansOf(db);

    expect(plans.size).toBeGreaterThan(20);
    expect([...plans].map(([statement, plan]) => ({ statement, walks: walks(plan) }))).toEqual(
      [...plans.keys()].map((statement) => ({ statement, walks: [] })),
    );
  } finally {
    await db.close();
  }
});

/** A run through all of it, with a failure, a late report, a timeout, a cancellation and a retry. */
async function useAll(ctx: Context, advanceClock: (seconds: number) => void): Promise<void> {
  const instances = [{ objectId: 'one', dedupeKey: 'one' }, { objectId: 'two' }];
  await createInstances(ctx, { workflow: 'test', instances: instances.slice(0, 1) });
  const made = await createInstances(ctx, { workflow: 'test', instances });
  const ids = isRefusal(made) ? [] : made.results.flatMap((one) => (one.ok ? [one.id] : []));
  const claim = async (work: string) => {
    const answer = await claimTasks(ctx, { works: [work], max: 100, worker: 'test' });
    return isRefusal(answer) ? [] : answer.tasks;
  };

  const [late, ...others] = await claim('a');
  const tokens = others.map(({ token }) => token);
  await reportTasks(
    ctx,
    tokens.map((token) => ({ token, type: 'heartbeat', progress: 0.5 })),
  );
  await reportTasks(
    ctx,
    tokens.map((token) => ({ token, type: 'fail', message: 'no' })),
  );
  advanceClock(3_700);
  await sweepTimeouts(ctx);
  await releaseDelays(ctx);
  if (late !== undefined) {
    await reportTasks(ctx, [{ token: late.token, type: 'finish', output: null }]);
  }
  for (const work of ['a', 'f', 'f', 'f']) {
    const tasks = await claim(work);
    await reportTasks(
      ctx,
      tasks.map(({ token }) => ({ token, type: 'finish', output: 1 })),
    );
  }
  advanceClock(61);
  await endWaits(ctx);
  for (const id of ids) {
    await sendSignal(ctx, { id, name: 'go', payload: {} });
  }
  const pushed = await claimForPush(ctx, { work: 'p', max: 10, worker: 'test' });
  await recordDeliveries(
    ctx,
    (pushed?.tasks ?? []).map(({ token }) => ({ token, verdict: 'accepted' })),
  );
  await cancelInstances(ctx, { ids, reason: 'enough' });
  await retryInstances(ctx, { ids });
}

/** All statements that the engine's connections have prepared, with the plan that each would be given now. */
async function plansOf(db: Database): Promise<Map<string, string[]>> {
  const plans = new Map<string, string[]>();
  let arrived = 0;
  const { promise: all, resolve } = Promise.withResolvers<undefined>();

  await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      db.transaction(async (tx) => {
        // Each on a connection of its own.
        arrived += 1;
        if (arrived === CONNECTIONS) resolve(undefined);
        await all;
        const prepared = await tx<{ statement: string }[]>`
          select statement from pg_prepared_statements where statement ~ '^\\s*(with|select|insert|update|delete)\\s'
        `;
        for (const { statement } of prepared) {
          const lines = await tx.unsafe(`explain (generic_plan) ${statement}`);
          plans.set(
            statement,
            lines.map((line) => String(line['QUERY PLAN'])),
          );
        }
      }),
    ),
  );
  return plans;
}

/** Scans of a growing table that are told neither a key nor a place, nor go along an index of the few that wait for something. */
function walks(plan: readonly string[]): string[] {
  return plan.filter((line, index) => {
    const table = /(?:Scan|Scan using \S+) on ([a-z_]+?)(?:_(?:\d{8}|default))?(?: |$)/.exec(
      line,
    )?.[1];
    return table !== undefined && GROWING.includes(table) && !tells(plan[index + 1] ?? '');
  });
}

/** Whether a scan is told more than the project and the workflow, of which there may be one. */
function tells(line: string): boolean {
  const [, condition = ''] = /(?:Index|TID|Recheck) Cond: (.*)/.exec(line) ?? [];
  return /\w/.test(condition.replaceAll(/\([^()]*\b(project_id|workflow_id)\b[^()]*\)|AND/g, ''));
}
