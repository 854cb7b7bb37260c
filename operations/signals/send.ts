/**
 * Signals: an event from outside, or a person's word, that a run waits for. One that comes before its node is open is kept, and taken by
 * the node when it opens.
 */
import * as z from 'zod';
import { lockInstances, type LockedInstance } from '#db/hot/instances.ts';
import { insertSignal } from '#db/hot/signals.ts';
import { NO_SEGMENT, type AttemptKey } from '#db/hot/tasks.ts';
import type { Transaction } from '#db/database.ts';
import { json, type Json } from '#engine/json.ts';
import type { PlanNode } from '#engine/plan.ts';
import { judgeSignal } from '#engine/signal.ts';
import { decodeState } from '#engine/state.ts';
import { isFinalInstance } from '#engine/states.ts';
import { nameOf, type Context } from '../context.ts';
import { isId } from '../id.ts';
import { noInstance } from '../instances/instance.ts';
import { recordEvents } from '../instances/record_events.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { endAttempts, succeeded, type End } from '../tasks/end.ts';
import { taskId } from '../tasks/id.ts';
import { loadPrograms } from '../versions/program.ts';

export const sendSignalInput = z.strictObject({
  payload: json
    .optional()
    .meta({ description: 'the output of the node that takes it; an approval: {approved, note?}' }),
});

export const sentSignal = z
  .object({
    taken: z.boolean().meta({ description: 'false: it came early and waits for its node to open' }),
    task: z.string().nullable().meta({ description: 'id of the task that took it' }),
  })
  .meta({ id: 'SentSignal' });

export type SentSignal = z.infer<typeof sentSignal>;

/** A signal node with its place in the plan. */
type Listener = { readonly node: number; readonly plan: Extract<PlanNode, { type: 'signal' }> };

/** Sends a signal to one run. It goes to the first open node that waits for its name, or is kept for one that has not been opened yet. */
export async function sendSignal(
  ctx: Context,
  input: { readonly id: string; readonly name: string } & z.infer<typeof sendSignalInput>,
): Promise<SentSignal | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  if (!isId(input.id)) {
    return noInstance(input.id);
  }

  return ctx.db.transaction(async (tx) => {
    const [instance] = await lockInstances(tx, [
      { projectId: ctx.projectId, instanceId: input.id, withContext: false },
    ]);
    return instance === undefined
      ? noInstance(input.id)
      : deliver(ctx, tx, instance, input.name, input.payload ?? null);
  });
}

async function deliver(
  ctx: Context,
  tx: Transaction,
  instance: LockedInstance,
  name: string,
  payload: Json,
): Promise<SentSignal | Refusal> {
  const { projectId, instanceId } = instance;
  const listeners = await listenersOf(ctx, tx, instance);
  const named = listeners.filter(({ plan }) => plan.signal === name);
  const state = decodeState(instance.state);
  const open = named.find(({ node }) => state.nodes[node] === 'open');
  const later = named.find(({ node }) => state.nodes[node] === 'pending');
  const listener = open ?? later;

  if (named.length === 0) {
    return unknownSignal(instance, name, listeners);
  }
  if (isFinalInstance(instance.status) || listener === undefined) {
    return refuse(
      'conflict',
      isFinalInstance(instance.status)
        ? `Instance ${instanceId} has ${instance.status}; nothing in it waits for a signal.`
        : `No task of instance ${instanceId} waits for signal "${name}" any more.`,
      { facts: { id: instanceId, signal: name, status: instance.status } },
    );
  }
  const judged = judgeSignal(listener.plan.approval, payload);
  if (judged.verdict === 'malformed') {
    return refuse('invalid_request', judged.message, {
      errors: [{ pointer: '/payload', code: 'invalid_approval', message: judged.message }],
    });
  }

  if (open === undefined && (await isFull(tx, instance, name))) {
    return refuse(
      'conflict',
      `${MOST_WAITING} signals "${name}" wait in instance ${instanceId} already; no more are kept.`,
      { facts: { id: instanceId, signal: name, waiting: MOST_WAITING } },
    );
  }

  await insertSignal(
    tx,
    { projectId, instanceId, name, payload, actor: nameOf(ctx.actor), node: open?.node ?? null },
    ctx.clock(),
  );
  const id = open === undefined ? null : taskId(instanceId, open.plan.key, NO_SEGMENT);
  await recordEvents(ctx, tx, [
    { instanceId, type: 'signalled', message: '', data: { signal: name, payload, task: id } },
  ]);
  if (open !== undefined) {
    await endAttempts(ctx, tx, await endsOf(tx, instance, open.node, payload, judged));
  }
  return { taken: id !== null, task: id };
}

/** Of one name in one run. All of them are read when a node that waits for a signal opens. */
const MOST_WAITING = 100;

async function isFull(
  tx: Transaction,
  { projectId, instanceId }: LockedInstance,
  name: string,
): Promise<boolean> {
  const [last] = await tx`
    select
    from signal
    where project_id = ${projectId} and instance_id = ${instanceId} and name = ${name}
      and node is null
    offset ${MOST_WAITING - 1}
    limit 1
  `;
  return last !== undefined;
}

async function listenersOf(
  ctx: Context,
  tx: Transaction,
  { versionId }: LockedInstance,
): Promise<Listener[]> {
  const programOf = await loadPrograms(ctx.db, tx, [versionId]);
  return programOf(versionId).program.plan.nodes.flatMap((plan, node) =>
    plan.type === 'signal' ? [{ node, plan }] : [],
  );
}

function unknownSignal(
  { instanceId }: LockedInstance,
  signal: string,
  listeners: readonly Listener[],
): Refusal {
  const signals = [...new Set(listeners.map(({ plan }) => plan.signal))];
  const known =
    signals.length === 0
      ? 'its version has no signal nodes'
      : `its version waits for ${signals.map((one) => `"${one}"`).join(', ')}`;

  return refuse(
    'not_found',
    `Nothing in instance ${instanceId} waits for signal "${signal}": ${known}.`,
    {
      facts: { id: instanceId, signal, signals },
    },
  );
}

/** The end of the live attempt of an open signal node: none if it ended a moment ago. */
async function endsOf(
  tx: Transaction,
  { projectId, instanceId }: LockedInstance,
  node: number,
  payload: Json,
  judged: Exclude<ReturnType<typeof judgeSignal>, { verdict: 'malformed' }>,
): Promise<End[]> {
  const live = await tx<Pick<AttemptKey, 'attempt' | 'token'>[]>`
    select attempt, token
    from task
    where project_id = ${projectId} and instance_id = ${instanceId} and node = ${node}
      and segment = ${NO_SEGMENT}
  `;

  return live.map((attempt) => ({
    projectId,
    instanceId,
    node,
    segment: NO_SEGMENT,
    ...attempt,
    ...(judged.verdict === 'accepted'
      ? succeeded(payload)
      : {
          outcome: 'failed',
          code: 'rejected',
          error: { message: judged.message },
          output: payload,
        }),
    retryable: false,
  }));
}
