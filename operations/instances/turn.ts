/**
 * One turn of many instances: the middle of every move. Callers lock the instances and say what happened to them; this asks the engine
 * and writes everything back, one statement per table, in the caller's transaction.
 *
 *     locked instances + events ──> engine.advance each ──(outputs missing? load them, ask again)──> effects ──> rows, wake-ups, NOTIFY
 */
import { loadOutputs, recordAttempts } from '#db/hot/attempts.ts';
import { consumeSignals, loadSignals } from '#db/hot/signals.ts';
import { updateInstances, type InstanceTurn, type LockedInstance } from '#db/hot/instances.ts';
import { forgetSegments, queueSegments, takeSegments, type NodeKey } from '#db/hot/segments.ts';
import { dropTasks, insertTasks, type DroppedTask, type NewTask } from '#db/hot/tasks.ts';
import { wake, type WakeUp } from '#db/jobs.ts';
import type { Transaction } from '#db/database.ts';
import {
  advance,
  type Advanced,
  type EarlySignal,
  type Effect,
  type EngineEvent,
  type NodeFailure,
} from '#engine/advance.ts';
import { mergePatch, type Json, type JsonObject } from '#engine/json.ts';
import { decodeState, encodeState, type State } from '#engine/state.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { happeningsOf, type Retrying } from '../notifications/happenings.ts';
import { raiseInstanceEvents } from '../notifications/raise.ts';
import { recordEnds, type Ended } from '../alerts/events.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { announce } from './announce.ts';
import { openEffects, releasedTasks, type Unfinished } from './open.ts';

/** What happened to one locked instance. */
export type Turn = {
  readonly instance: LockedInstance;
  readonly events: readonly EngineEvent[];
  /** Context patches (RFC 7386), in the order of their reports. */
  readonly patches?: readonly JsonObject[];
  /** Outputs that came with the events, by node: they need not be loaded. */
  readonly outputs?: ReadonlyMap<number, Json | null>;
  /** Live tasks to put back as they are: retries, delays, rejects. */
  readonly renewed?: readonly NewTask[];
  /** Failures behind those that are renewed. */
  readonly retrying?: readonly Retrying[];
  /** Segments to run again, by fan-out node, when a retry brings them back. */
  readonly unfinished?: Unfinished;
  /** What the instance becomes if it does not end; default: what it is. */
  readonly status?: InstanceStatus;
  /** It had ended: its time counts anew. */
  readonly revives?: boolean;
};

type Decided = {
  readonly turn: Turn;
  readonly version: VersionProgram;
  readonly context: JsonObject | null;
  readonly advanced: Extract<Advanced, { type: 'advanced' }>;
};

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

/** Asks the engine until it lacks no output; every round loads all that is missing at once. */
async function decide(
  ctx: Context,
  tx: Transaction,
  turns: readonly Turn[],
  programOf: (versionId: number) => VersionProgram,
): Promise<Decided[]> {
  const decided: Decided[] = [];
  const now = ctx.clock().getTime();
  let open = turns.map((turn) => ({
    turn,
    version: programOf(turn.instance.versionId),
    context: patched(turn),
    outputs: new Map(turn.outputs),
    signals: null as EarlySignal[] | null,
  }));

  while (open.length > 0) {
    const lacking: (typeof open)[number][] = [];
    const waiting: LockedInstance[] = [];
    const needed: Parameters<typeof loadOutputs>[1][number][] = [];

    for (const one of open) {
      const { instance, events } = one.turn;
      const state = decodeState(instance.state);
      const advanced = advance(one.version.program, state, events, {
        input: instance.input,
        context: one.context ?? instance.context ?? {},
        object: { id: instance.objectId },
        instance: {
          id: instance.instanceId,
          workflow: one.version.workflow,
          version: one.version.version,
        },
        outputs: one.outputs,
        now,
        signals: one.signals,
      });

      if (advanced.type === 'advanced') {
        decided.push({ ...one, advanced });
      } else {
        lacking.push(one);
        if (advanced.signals) {
          one.signals = [];
          waiting.push(instance);
        }
        for (const node of advanced.nodes) {
          needed.push({
            projectId: instance.projectId,
            instanceId: instance.instanceId,
            node,
            segments: segmentsOf(state, events, node),
          });
          one.outputs.set(node, null);
        }
      }
    }

    const [outputs, signals] = await Promise.all([
      needed.length === 0 ? [] : loadOutputs(tx, needed),
      waiting.length === 0 ? [] : loadSignals(tx, waiting),
    ]);
    const byInstance = new Map(lacking.map((one) => [one.turn.instance.instanceId, one]));
    for (const { instanceId, node, output } of outputs) {
      byInstance.get(instanceId)?.outputs.set(node, output);
    }
    for (const { instanceId, ...signal } of signals) {
      byInstance.get(instanceId)?.signals?.push(signal);
    }
    open = lacking;
  }

  return decided;
}

/** How many segments a fan-out has: one that a person settles in this very turn has none any more. */
function segmentsOf(state: State, events: readonly EngineEvent[], node: number): number | null {
  const marked = events.some((event) => event.type === 'mark' && event.node === node);
  return marked ? null : (state.fanouts.get(node)?.total ?? null);
}

function patched({ instance, patches = [] }: Turn): JsonObject | null {
  return patches.length === 0
    ? null
    : patches.reduce<JsonObject>(
        (context, patch) => mergePatch(context, patch) as JsonObject,
        instance.context ?? {},
      );
}

/** All statements of a turn are sent together, behind those whose answers they need; the transaction awaits the last of them. */
async function write(
  ctx: Context,
  tx: Transaction,
  decided: readonly Decided[],
  freed: readonly { readonly projectId: number; readonly work: string }[],
): Promise<void> {
  const now = ctx.clock();
  const rows = decided.map((one) => instanceTurn(one, now));
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

function instanceTurn({ turn, version, context, advanced }: Decided, now: Date): InstanceTurn {
  const { instance } = turn;
  const finish = advanced.effects.find((effect) => effect.type === 'finish');
  const status = finish?.status ?? turn.status ?? instance.status;
  // A run that succeeds has survived whatever failed in it.
  const error =
    finish?.status === 'succeeded' ? null : advanced.failure && errorOf(version, advanced.failure);

  return {
    projectId: instance.projectId,
    instanceId: instance.instanceId,
    state: encodeState(advanced.state),
    status,
    context,
    error,
    // A run that was retried, or that survived a tolerated failure, has no error.
    clearError: finish?.status === 'succeeded' || turn.events.some(startsOver),
    output: finish?.output ?? null,
    retried: turn.events.some(startsOver),
    expiresAt: expiryOf(turn, version, now),
  };
}

/** Nodes of it may run for a second time. */
function startsOver({ type }: EngineEvent): boolean {
  return type === 'retry' || type === 'restart' || type === 'retrySegments' || type === 'mark';
}

/** The time of a run counts from its start, and anew when a run that had ended goes on. */
function expiryOf(
  { events, revives = false }: Turn,
  { program }: VersionProgram,
  now: Date,
): Date | null {
  const { timeoutSeconds } = program.plan;
  const begins = revives || events.some(({ type }) => type === 'start');

  return begins && timeoutSeconds !== null
    ? new Date(now.getTime() + timeoutSeconds * 1_000)
    : null;
}

/** The error of a run, as its row and the API say it. */
export function errorOf(
  { program }: VersionProgram,
  { node, code, message }: NodeFailure,
): JsonObject {
  const task = node === null ? null : (program.plan.nodes[node]?.key ?? null);
  return { task, code, message };
}

/** What alerts may be about. */
function endedOf(decided: readonly Decided[], rows: readonly InstanceTurn[]): Ended[] {
  return decided.flatMap(({ turn: { instance } }, index) => {
    const status = rows[index]?.status;
    return status === 'succeeded' || status === 'failed' ? { ...instance, status } : [];
  });
}

/** Whom it concerns that instances leave their slot, or end. */
function wakeUpsOf(decided: readonly Decided[], rows: readonly InstanceTurn[]): WakeUp[] {
  return decided.flatMap(({ turn: { instance } }, index) => {
    const status = rows[index]?.status;
    const { projectId, workflowId } = instance;
    const left = status !== 'running' && status !== 'paused';

    return [
      ...(instance.limited && left
        ? [{ name: 'admit' as const, payload: { projectId, workflowId } }]
        : []),
      ...(status !== undefined && isFinalInstance(status) ? endOf(instance) : []),
    ];
  });
}

/** Whom the end of an instance concerns: the next one of its object id, the instance whose task it was. */
export function endOf(instance: LockedInstance): WakeUp[] {
  const { projectId, workflowId, objectId, parentId } = instance;

  return [
    ...(instance.exclusive
      ? [{ name: 'free' as const, payload: { projectId, workflowId, objectId } }]
      : []),
    ...(parentId === null
      ? []
      : [{ name: 'children' as const, payload: { projectId, instanceId: parentId } }]),
  ];
}

/** What tasks leave behind that were taken away: children that nobody waits for, services that are to stop. */
export function cleanUps(dropped: readonly Omit<DroppedTask, 'work' | 'slot'>[]): WakeUp[] {
  return dropped.flatMap(
    ({ projectId, instanceId, node, segment, attempt, token, child, remote }) => {
      const wakeUps: WakeUp[] = [];

      if (child) {
        wakeUps.push({ name: 'orphans', payload: { projectId, instanceId } });
      }
      if (remote && token !== null) {
        const payload = { projectId, instanceId, node, segment, attempt, token };
        wakeUps.push({ name: 'stop', payload });
      }
      return wakeUps;
    },
  );
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
