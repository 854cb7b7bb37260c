import type { State } from '../state.ts';
import type { InstanceFacts } from './facts.ts';
import { because, type Reason } from './reasons.ts';

/** Why an instance has not ended. An instance that has ended needs no reason: the list is empty. */
export function explainInstance(instance: InstanceFacts, state: State): Reason[] {
  const orphan =
    instance.orphanOf === null
      ? []
      : [
          because(
            'cancel_requested',
            { parent: instance.orphanOf },
            { links: [{ type: 'instance', id: instance.orphanOf }] },
          ),
        ];

  switch (instance.status) {
    case 'scheduled':
      return [
        ...orphan,
        because(
          'scheduled_later',
          { kind: 'run_at', window: null },
          { since: instance.createdAt, unblocksAt: instance.runAt },
        ),
        ...schedulerDown(instance),
      ];
    case 'queued':
      return [...orphan, ...explainQueued(instance)];
    case 'paused':
      return [...orphan, explainPause(instance), explainRunning(instance, state)];
    case 'running':
      return [...orphan, explainRunning(instance, state)];
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return [];
  }
}

function explainQueued(instance: InstanceFacts): Reason[] {
  const { workflow, ahead } = instance;
  const since = instance.runAt ?? instance.createdAt;
  const links = [{ type: 'workflow' as const, id: workflow.key }];
  const reasons: Reason[] = [];

  if (instance.blocked) {
    const { objectId, holder } = instance;
    reasons.push(
      because(
        'object_busy',
        { objectId, instance: holder },
        { since, links: holder === null ? [] : [{ type: 'instance', id: holder }] },
      ),
    );
  }
  if (!workflow.enabled) {
    reasons.push(because('workflow_disabled', { workflow: workflow.key, ahead }, { since, links }));
  }
  if (workflow.maxRunning > 0 && workflow.running >= workflow.maxRunning) {
    reasons.push(
      because(
        'slot_limit',
        {
          workflow: workflow.key,
          running: workflow.running,
          limit: workflow.maxRunning,
          order: workflow.order,
          ahead,
        },
        { since, links },
      ),
    );
  }
  if (reasons.length === 0) {
    // There is room: the next look of admission takes it, or those ahead of it first.
    reasons.push(because('ready', { work: null, ahead }, { since }));
  }
  return [...reasons, ...schedulerDown(instance)];
}

function explainRunning({ startedAt, expiresAt }: InstanceFacts, state: State): Reason {
  const count = (...statuses: string[]) =>
    state.nodes.filter((status) => statuses.includes(status)).length;
  const open = count('open');
  const total = state.nodes.length;
  const finished = total - open - count('pending');

  return because(
    'tasks_open',
    { open, finished, total },
    { since: startedAt, unblocksAt: expiresAt },
  );
}

export function explainPause({ pause }: InstanceFacts): Reason {
  return because(
    'paused',
    { by: pause?.by ?? null, reason: pause?.reason === '' ? null : (pause?.reason ?? null) },
    { since: pause?.at ?? null },
  );
}

/** Only of what waits for a worker process of Latchwork. */
export function schedulerDown({ scheduler }: InstanceFacts): Reason[] {
  return scheduler ? [] : [because('scheduler_down', {})];
}
