import { loadOutputs } from '#db/hot/attempts.ts';
import { loadSignals } from '#db/hot/signals.ts';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { NewTask } from '#db/hot/tasks.ts';
import type { Transaction } from '#db/database.ts';
import { advance, type Advanced, type EarlySignal, type EngineEvent } from '#engine/advance.ts';
import { mergePatch, type Json, type JsonObject } from '#engine/json.ts';
import { decodeState, type State } from '#engine/state.ts';
import type { InstanceStatus } from '#engine/states.ts';
import type { Context } from '../../context.ts';
import type { Retrying } from '../../notifications/happenings.ts';
import type { VersionProgram } from '../../versions/program.ts';
import type { Unfinished } from '../open.ts';

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

/** A turn with what the engine made of it. */
export type Decided = {
  readonly turn: Turn;
  readonly version: VersionProgram;
  readonly context: JsonObject | null;
  readonly advanced: Extract<Advanced, { type: 'advanced' }>;
};

/** Asks the engine until it lacks no output; every round loads all that is missing at once. */
export async function decide(
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
