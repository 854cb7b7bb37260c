/**
 * One turn of many instances: the middle of every move. Callers lock the instances and say what happened to them; this asks the engine
 * and writes everything back, one statement per table, in the caller's transaction.
 *
 *     locked instances + events ──> engine.advance each ──(outputs missing? load them, ask again)──> effects ──> rows, wake-ups, NOTIFY
 */
import type { Transaction } from '#db/database.ts';
import type { Context } from '../context.ts';
import { loadPrograms } from '../versions/program.ts';
import { decide, type Turn } from './turn/decide.ts';
import { write } from './turn/write.ts';

/** Decides and writes the turns of locked instances. `freed`: works of which a limited slot came free, once per slot. */
export async function takeTurns(
  ctx: Context,
  tx: Transaction,
  turns: readonly Turn[],
  freed: readonly { readonly projectId: number; readonly work: string }[] = [],
): Promise<void> {
  if (turns.length === 0) {
    return;
  }

  const programOf = await loadPrograms(
    ctx.db,
    tx,
    turns.map(({ instance }) => instance.versionId),
  );
  const decided = await decide(ctx, tx, turns, programOf);

  await write(ctx, tx, decided, freed);
}
