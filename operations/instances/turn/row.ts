import type { InstanceTurn } from '#db/hot/instances.ts';
import type { EngineEvent, NodeFailure } from '#engine/advance.ts';
import type { JsonObject } from '#engine/json.ts';
import { encodeState } from '#engine/state.ts';
import type { VersionProgram } from '../../versions/program.ts';
import type { Decided, Turn } from './decide.ts';

/** The row of an instance after its turn. */
export function rowOf({ turn, version, context, advanced }: Decided, now: Date): InstanceTurn {
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
