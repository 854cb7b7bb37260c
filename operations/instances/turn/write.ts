import { recordAttempts } from '#db/hot/attempts.ts';
import { consumeSignals } from '#db/hot/signals.ts';
import { updateInstances } from '#db/hot/instances.ts';
import { forgetSegments, queueSegments, takeSegments, type NodeKey } from '#db/hot/segments.ts';
import { dropTasks, insertTasks, type NewTask } from '#db/hot/tasks.ts';
import { wake, type WakeUp } from '#db/jobs.ts';
import type { Transaction } from '#db/database.ts';
import type { Effect } from '#engine/advance.ts';
import type { Context } from '../../context.ts';
import { happeningsOf } from '../../notifications/happenings.ts';
import { raiseInstanceEvents } from '../../notifications/raise.ts';
import { recordEnds } from '../../alerts/events.ts';
import { announce } from '../announce.ts';
import { openEffects, releasedTasks } from '../open.ts';
import type { Decided } from './decide.ts';
import { rowOf } from './row.ts';
import { cleanUps, endedOf, wakeUpsOf } from './wake_ups.ts';

/** All statements of a turn are sent together, behind those whose answers they need; the transaction awaits the last of them. */
export async function write(
  ctx: Context,
  tx: Transaction,
  decided: readonly Decided[],
  freed: readonly { readonly projectId: number; readonly work: string }[],
): Promise<void> {
  const now = ctx.clock();
  const rows = decided.map((one) => rowOf(one, now));
  const dropped = effectsOf(decided, 'drop').map(({ key, effect }) => ({
    ...key,
    node: effect.node,
  }));
  const forgotten = effectsOf(decided, 'forget').map(({ key, effect }) => ({
    ...key,
    node: effect.node,
  }));
  const recorded = effectsOf(decided, 'record');
  const consumed = effectsOf(decided, 'consume');
  const [left, released] = await Promise.all([
    dropped.length === 0 ? [] : dropTasks(tx, dropped, now),
    release(tx, decided, now),
    forgetLines(tx, decided, forgotten),
  ]);
  const opened = decided.map(({ turn, version, advanced }) =>
    openEffects(turn.instance, version, advanced.effects, now, turn.unfinished),
  );
  const tasks = [
    ...decided.flatMap(stillRenewed),
    ...opened.flatMap((one) => one.tasks),
    ...released,
  ];
  const lines = opened.flatMap((one) => one.lines);
  const ready = [
    ...tasks.filter(({ status, held }) => status === 'ready' && !held),
    ...freed,
    ...left.filter(({ slot }) => slot),
  ];
  const statements: PromiseLike<unknown>[] = [];

  if (recorded.length > 0) {
    statements.push(
      recordAttempts(
        tx,
        recorded.map(({ key, effect }) => ({ ...key, ...effect })),
        now,
      ),
    );
  }
  if (consumed.length > 0) {
    statements.push(
      consumeSignals(
        tx,
        consumed.map(({ key, effect }) => ({ ...key, ...effect })),
      ),
    );
  }
  if (tasks.length > 0) {
    statements.push(insertTasks(tx, tasks));
  }
  if (lines.length > 0) {
    statements.push(queueSegments(tx, lines));
  }
  const ended = endedOf(decided, rows);
  if (ended.length > 0) {
    statements.push(recordEnds(ctx, tx, ended));
  }
  statements.push(updateInstances(tx, rows, now));
  const happenings = decided
    .filter(({ turn }) => turn.instance.notifies > 0)
    .flatMap(({ turn, version, advanced }) => happeningsOf(turn, version.program.plan, advanced));
  const tell = (senders: readonly WakeUp[]) =>
    Promise.all([
      wake(tx, [...wakeUpsOf(decided, rows), ...cleanUps(left), ...senders], ready),
      announce(tx, { changed: decided.map(({ turn }) => turn.instance), ready }),
    ]);
  const written = Promise.all(statements);

  if (happenings.length === 0) {
    await Promise.all([written, tell([])]);
  } else {
    // It reads the rows as the turn leaves them, and says whom to wake.
    const [, senders] = await Promise.all([written, raiseInstanceEvents(tx, happenings, now)]);
    await tell(senders);
  }
}

/** What else happened in the turn may have ended the run: then there is nothing left to try again. */
function stillRenewed({ turn: { renewed = [] }, advanced }: Decided): readonly NewTask[] {
  return renewed.filter(({ node }) => advanced.state.nodes[node] === 'open');
}

/** The segments of fan-outs that may go now, out of their lines. */
async function release(
  tx: Transaction,
  decided: readonly Decided[],
  now: Date,
): Promise<NewTask[]> {
  const runs = effectsOf(decided, 'release').map(({ key, effect: { node, first, count } }) => ({
    ...key,
    node,
    first,
    count,
  }));
  if (runs.length === 0) {
    return [];
  }
  const ownerOf = new Map(decided.map((one) => [one.turn.instance.instanceId, one]));
  const segments = await takeSegments(tx, runs);

  return segments.flatMap((segment) => {
    const owner = ownerOf.get(segment.instanceId);
    return owner === undefined
      ? []
      : releasedTasks(owner.turn.instance, owner.version, segment.node, [segment], now);
  });
}

/** Lines of fan-outs that begin anew, or are made anew with the segments that come back at their head. */
async function forgetLines(
  tx: Transaction,
  decided: readonly Decided[],
  forgotten: readonly NodeKey[],
): Promise<void> {
  const anew = effectsOf(decided, 'reopen').map(({ key, effect }) => ({
    ...key,
    node: effect.node,
  }));
  if (forgotten.length + anew.length > 0) {
    await forgetSegments(tx, [...forgotten, ...anew]);
  }
}

function effectsOf<Type extends Effect['type']>(decided: readonly Decided[], type: Type) {
  return decided.flatMap(({ turn: { instance }, version, advanced }) =>
    advanced.effects
      .filter((effect): effect is Extract<Effect, { type: Type }> => effect.type === type)
      .map((effect) => ({
        key: { projectId: instance.projectId, instanceId: instance.instanceId },
        version,
        effect,
      })),
  );
}
