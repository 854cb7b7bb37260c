/**
 * One turn of many instances: the middle of every move. Callers lock the instances and say what happened to them; this asks the engine
 * and writes everything back, one statement per table, in the caller's transaction.
 *
 *     locked instances + events ──> engine.advance each ──(outputs missing? load them, ask again)──> effects ──> rows, wake-ups, NOTIFY
 */
import { loadOutputs, recordFailures } from '#db/hot/attempts.ts';
import { updateInstances, type InstanceTurn, type LockedInstance } from '#db/hot/instances.ts';
import {
  dropTasks,
  insertTasks,
  NO_SEGMENT,
  releaseSegments,
  type NewTask,
} from '#db/hot/tasks.ts';
import { wake, type WakeUp } from '#db/jobs.ts';
import type { Transaction } from '#db/database.ts';
import {
  advance,
  type Advanced,
  type Effect,
  type EngineEvent,
  type NodeFailure,
} from '#engine/advance.ts';
import { mergePatch, type Json, type JsonObject } from '#engine/json.ts';
import { isRunnable } from '#engine/plan.ts';
import { decodeState, encodeState } from '#engine/state.ts';
import type { InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { announce } from './announce.ts';

/** What happened to one locked instance. */
export type Turn = {
  readonly instance: LockedInstance;
  readonly events: readonly EngineEvent[];
  /** Context patches (RFC 7386), in the order of their reports. */
  readonly patches: readonly JsonObject[];
  /** Outputs that came with the events, by node: they need not be loaded. */
  readonly outputs: ReadonlyMap<number, Json | null>;
  /** Live tasks to put back as they are: retries, delays, rejects. */
  readonly renewed: readonly NewTask[];
  /** Segments to run again, by fan-out node, when a retry brings them back. */
  readonly unfinished?: ReadonlyMap<number, readonly UnfinishedSegment[]>;
  /** What the instance becomes if it does not end; default: what it is. */
  readonly status?: InstanceStatus;
};

/** A segment that did not succeed: its number of attempts so far, and its input. */
export type UnfinishedSegment = {
  readonly segment: number;
  readonly attempt: number;
  readonly input: Json | null;
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
  const decided = await decide(tx, turns, programOf);

  await write(ctx, tx, decided, freed);
}

/** Asks the engine until it lacks no output; every round loads all that is missing at once. */
async function decide(
  tx: Transaction,
  turns: readonly Turn[],
  programOf: (versionId: number) => VersionProgram,
): Promise<Decided[]> {
  const decided: Decided[] = [];
  let open = turns.map((turn) => ({
    turn,
    version: programOf(turn.instance.versionId),
    context: patched(turn),
    outputs: new Map(turn.outputs),
  }));

  while (open.length > 0) {
    const lacking: (typeof open)[number][] = [];
    const needed: { projectId: number; instanceId: string; node: number }[] = [];

    for (const one of open) {
      const { instance, events } = one.turn;
      const advanced = advance(one.version.program, decodeState(instance.state), events, {
        input: instance.input,
        context: one.context ?? instance.context ?? {},
        object: { id: instance.objectId },
        instance: {
          id: instance.instanceId,
          workflow: one.version.workflow,
          version: one.version.version,
        },
        outputs: one.outputs,
      });

      if (advanced.type === 'advanced') {
        decided.push({ ...one, advanced });
      } else {
        lacking.push(one);
        for (const node of advanced.nodes) {
          needed.push({ projectId: instance.projectId, instanceId: instance.instanceId, node });
          one.outputs.set(node, null);
        }
      }
    }

    if (needed.length > 0) {
      const loaded = await loadOutputs(tx, needed);
      const byInstance = new Map(lacking.map((one) => [one.turn.instance.instanceId, one]));
      for (const { instanceId, node, output } of loaded) {
        byInstance.get(instanceId)?.outputs.set(node, output);
      }
    }
    open = lacking;
  }

  return decided;
}

function patched({ instance, patches }: Turn): JsonObject | null {
  return patches.length === 0
    ? null
    : patches.reduce<JsonObject>(
        (context, patch) => mergePatch(context, patch) as JsonObject,
        instance.context ?? {},
      );
}

/** All statements of a turn are sent together; the transaction awaits the last of them. */
async function write(
  ctx: Context,
  tx: Transaction,
  decided: readonly Decided[],
  freed: readonly { readonly projectId: number; readonly work: string }[],
): Promise<void> {
  const now = ctx.clock();
  const rows = decided.map((one) => instanceTurn(one, now));
  const tasks = decided.flatMap(({ turn, version, advanced }) => [
    ...turn.renewed,
    ...openedTasks(turn.instance, version, advanced.effects, now, turn.unfinished),
  ]);
  const dropped = effectsOf(decided, 'drop');
  const released = effectsOf(decided, 'release');
  const recorded = effectsOf(decided, 'record');
  const dropSlots =
    dropped.length === 0
      ? []
      : await dropTasks(
          tx,
          dropped.map(({ key, effect }) => ({ ...key, node: effect.node })),
          now,
        );
  const ready = [
    ...tasks.filter(({ status, held }) => status === 'ready' && !held),
    ...worksOf(released),
    ...freed,
    ...dropSlots,
  ];
  const statements: PromiseLike<unknown>[] = [];

  if (recorded.length > 0) {
    statements.push(
      recordFailures(
        tx,
        recorded.map(({ key, effect }) => ({ ...key, ...effect.failure })),
        now,
      ),
    );
  }
  if (tasks.length > 0) {
    statements.push(insertTasks(tx, tasks));
  }
  for (const { key, effect } of released) {
    statements.push(releaseSegments(tx, { ...key, node: effect.node }, effect.count));
  }
  statements.push(
    updateInstances(tx, rows, now),
    wake(tx, admissions(decided, rows), ready),
    announce(tx, { changed: decided.map(({ turn }) => turn.instance), ready }),
  );

  await Promise.all(statements);
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
    clearError: finish?.status === 'succeeded' || turn.events.some(({ type }) => type === 'retry'),
    output: finish?.output ?? null,
    retried: turn.events.some(({ type }) => type === 'retry'),
    expiresAt: expiryOf(turn, version, now),
  };
}

/** The time of a run counts from its start, and anew from a retry. */
function expiryOf({ events }: Turn, { program }: VersionProgram, now: Date): Date | null {
  const { timeoutSeconds } = program.plan;
  const begins = events.some(({ type }) => type === 'start' || type === 'retry');

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

/** The live tasks that the engine opened. A node's delay holds them back; a paused instance holds them, a fan-out some of them. */
export function openedTasks(
  instance: TaskOwner,
  version: VersionProgram,
  effects: readonly Effect[],
  now: Date,
  unfinished: ReadonlyMap<number, readonly UnfinishedSegment[]> = new Map(),
): NewTask[] {
  return effects.flatMap((effect) => {
    switch (effect.type) {
      case 'open':
        return [newTask(instance, version, effect.node, NO_SEGMENT, effect.input, now)];
      case 'fan':
        return effect.inputs.map((input, segment) => {
          const task = newTask(instance, version, effect.node, segment, input, now);
          return segment < effect.parallel ? task : heldBack(task);
        });
      case 'reopen':
        return (unfinished.get(effect.node) ?? []).map(({ segment, attempt, input }, place) => {
          const task = {
            ...newTask(instance, version, effect.node, segment, input, now),
            attempt,
          };
          return place < effect.parallel ? task : heldBack(task);
        });
      case 'release':
      case 'drop':
      case 'record':
      case 'finish':
        return [];
    }
  });
}

/** A segment that waits for others to end. Nothing is due of it; the node's delay is over when the first of them could begin. */
function heldBack(task: NewTask): NewTask {
  return { ...task, status: 'pending', dueAt: null };
}

type TaskOwner = Pick<
  LockedInstance,
  'projectId' | 'instanceId' | 'priority' | 'retried' | 'status'
>;

/**
 * A live task as it begins.
 *
 * @throws Error if the node is none that workers run: the engine opens no others.
 */
function newTask(
  instance: TaskOwner,
  { program }: VersionProgram,
  node: number,
  segment: number,
  input: Json | null,
  now: Date,
): NewTask {
  const plan = program.plan.nodes[node];
  if (plan === undefined || !isRunnable(plan)) {
    throw new Error(`node ${node} is not run by a worker`);
  }
  const { timeouts } = plan;

  return {
    projectId: instance.projectId,
    instanceId: instance.instanceId,
    node,
    segment,
    work: plan.work,
    status: plan.delaySeconds > 0 ? 'delayed' : 'ready',
    held: instance.status === 'paused',
    priority: instance.priority + plan.priority,
    attempt: instance.retried ? null : 0,
    failures: 0,
    dispatchSeconds: timeouts?.dispatchSeconds ?? null,
    runSeconds: timeouts?.runSeconds ?? null,
    heartbeatSeconds: timeouts?.heartbeatSeconds ?? null,
    totalSeconds: timeouts?.totalSeconds ?? null,
    openedAt: now,
    firstAt: null,
    dueAt: plan.delaySeconds > 0 ? new Date(now.getTime() + plan.delaySeconds * 1_000) : null,
    input,
  };
}

/** A slot of a limited workflow came free, or somebody joined its queue. */
function admissions(decided: readonly Decided[], rows: readonly InstanceTurn[]): WakeUp[] {
  return decided.flatMap(({ turn: { instance } }, index) => {
    const status = rows[index]?.status;
    const left = status !== 'running' && status !== 'paused';
    return instance.limited && left
      ? [
          {
            name: 'admit' as const,
            payload: { projectId: instance.projectId, workflowId: instance.workflowId },
          },
        ]
      : [];
  });
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

/** Released segments become ready too: whoever waits for their work is to hear of it. */
function worksOf(
  released: readonly {
    readonly key: { readonly projectId: number };
    readonly version: VersionProgram;
    readonly effect: { readonly node: number; readonly count: number };
  }[],
): { projectId: number; work: string }[] {
  return released.flatMap(({ key, version, effect }) => {
    const plan = version.program.plan.nodes[effect.node];
    return plan !== undefined && isRunnable(plan)
      ? Array.from({ length: effect.count }, () => ({ projectId: key.projectId, work: plan.work }))
      : [];
  });
}
