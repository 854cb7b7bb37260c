/**
 * Reconciling: instances that have not ended are worked out once more from their rows, by sets and by the engine. There is nothing to
 * find as long as we are right; what is found is said, and not mended, since nobody knows which row is the wrong one.
 */
import { uuidv7Floor } from '#db/uuid.ts';
import { advance } from '#engine/advance.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { findDrift, type Drift } from './drift.ts';

/** Instances of one look. */
const PER_LOOK = 500;

const WEEK_MS = 7 * 24 * 3_600_000;

/** Before all others: where a page of ids begins. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

type Looked = {
  readonly id: string;
  readonly versionId: number;
  readonly state: string;
};

export type Reconciled = { readonly looked: number; readonly drift: readonly Drift[] };

/**
 * Looks at the oldest that run, which are the ones that may be stuck, and at as many from some moment of the last week on.
 *
 * @param random a number in [0, 1) that chooses the moment
 */
export async function reconcileSample(ctx: Context, random: number): Promise<Reconciled> {
  const from = uuidv7Floor(new Date(ctx.clock().getTime() - random * WEEK_MS));
  const pages = await Promise.all([findLive(ctx, NO_ID), findLive(ctx, from)]);
  const sample = [...new Map(pages.flat().map((one) => [one.id, one])).values()];
  const drift = await lookAt(ctx, sample);

  for (const one of drift) {
    ctx.log.error(one, 'an instance is not what its rows say');
  }
  return { looked: sample.length, drift };
}

/** Looks at all that run, and at live tasks that belong to none of them. */
export async function reconcileAll(ctx: Context): Promise<Reconciled> {
  const drift = [...(await findDrift(ctx.db.reads, null))];
  let looked = 0;
  let page = await findLive(ctx, NO_ID);

  while (page.length > 0) {
    looked += page.length;
    drift.push(...(await undecided(ctx, page)));
    page = await findLive(ctx, page.at(-1)?.id ?? NO_ID);
  }
  return { looked, drift };
}

async function lookAt(ctx: Context, instances: readonly Looked[]): Promise<Drift[]> {
  const [rows, judged] = await Promise.all([
    findDrift(
      ctx.db.reads,
      instances.map(({ id }) => id),
    ),
    undecided(ctx, instances),
  ]);
  return [...rows, ...judged];
}

function findLive({ db }: Context, after: string) {
  return db.reads<Looked[]>`
    select id, version_id as "versionId", state
    from instance
    where status in ('running', 'paused') and id > ${after}::uuid
    order by id
    limit ${PER_LOOK}
  `;
}

/** Nodes whose turn has come by their trigger rule, and that nobody has opened: a turn that was lost. */
async function undecided(ctx: Context, instances: readonly Looked[]): Promise<Drift[]> {
  const programOf = await loadPrograms(
    ctx.db,
    ctx.db.reads,
    instances.map(({ versionId }) => versionId),
  );

  return instances.flatMap((instance) => {
    const keys = decidable(ctx, programOf(instance.versionId), instance.state);
    return keys.map((key) => ({
      rule: 'nothing_overdue',
      instanceId: instance.id,
      message: `the turn of "${key}" has come, and it was not taken`,
    }));
  });
}

/** What the engine would move if it were asked now, without anything having happened: nothing, if every turn was taken. */
function decidable({ clock }: Context, version: VersionProgram, text: string): string[] {
  const { program, workflow, version: number } = version;
  const state = decodeState(text);
  const advanced = advance(program, state, [{ type: 'continue' }], {
    // Whatever would read these would have begun.
    input: {},
    context: {},
    outputs: new Map(),
    signals: [],
    object: { id: '' },
    instance: { id: '', workflow, version: number },
    now: clock().getTime(),
  });
  const moved =
    advanced.type === 'needs'
      ? advanced.nodes
      : state.nodes.flatMap((status, node) =>
          advanced.state.nodes[node] === status ? [] : [node],
        );

  return moved.flatMap((node) => program.plan.nodes[node]?.key ?? []);
}
