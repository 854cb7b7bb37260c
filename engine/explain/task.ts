/** Why one live task, or a group of segments of the same status, has not ended. */
import { isInternalWork, type RunnableNode } from '../plan.ts';
import type { InstanceFacts, LiveFacts, WorkFacts } from './facts.ts';
import { explainPause, schedulerDown } from './instance.ts';
import { because, moment, type Because, type Reason } from './reasons.ts';

/**
 * A claim waits 30 s at most and looks every 5 s, and each look is noted every 5 s: whoever has not been heard of for longer than this
 * is not asking.
 */
const SILENT_MS = 20_000;

export type TaskCase = {
  readonly plan: RunnableNode;
  readonly live: LiveFacts;
  /** Undefined: the work does not exist any more. */
  readonly work: WorkFacts | undefined;
  readonly instance: InstanceFacts;
  readonly now: number;
};

export function explainTask(task: TaskCase): Reason[] {
  const { live, instance } = task;
  const paused = live.held || instance.status === 'paused' ? [explainPause(instance)] : [];

  switch (live.status) {
    case 'pending':
      return [...paused, because('ready', { work: task.plan.work, ahead: null })];
    case 'delayed':
      return [explainDelay(task), ...paused, ...schedulerDown(instance)];
    case 'ready':
      // A paused instance is not in line: what else its work is short of does not hold it.
      return paused.length > 0 ? paused : explainReady(task);
    case 'dispatched':
      // What Latchwork runs itself is at work as soon as it is handed out.
      return isInternalWork(task.plan.work) ? [explainRunning(task)] : explainDispatched(task);
    case 'running':
      return [explainRunning(task)];
  }
}

function explainDelay({ plan, live, work }: TaskCase): Reason {
  const { last, dueAt: unblocksAt } = live;
  const since = last?.finishedAt ?? live.openedAt;
  const later = (kind: 'delay' | 'window' | 'wait' | 'worker' | 'rejected'): Reason =>
    because('scheduled_later', { kind, window: plan.window ?? null }, { since, unblocksAt });

  if (plan.type === 'wait') {
    return later('wait');
  }
  if (live.deliveries > 0) {
    return unreachable(plan.work, work, live, { since: live.dispatchedAt, unblocksAt });
  }
  switch (last?.outcome ?? 'succeeded') {
    case 'failed':
      return because(
        'retry_backoff',
        {
          failures: live.failures,
          limit: plan.retry?.limit ?? live.retryLimit,
          code: last?.code ?? 'error',
          message: last?.message ?? null,
        },
        { since, unblocksAt },
      );
    case 'delayed':
      return later('worker');
    case 'rejected':
      return later('rejected');
    // It has had no attempt, or those of a run before this one.
    case 'succeeded':
    case 'cancelled':
      return later(plan.window && plan.delaySeconds === 0 ? 'window' : 'delay');
  }
}

function explainReady({ plan, live, work, instance, now }: TaskCase): Reason[] {
  const key = plan.work;
  const links = linkTo(key);
  const since = live.attempt === 0 && plan.delaySeconds === 0 ? live.openedAt : null;
  const inLine = because('ready', { work: key, ahead: live.ahead }, { since, links });

  if (work === undefined) {
    return [unreachable(key, work, null, { since }), inLine];
  }
  const { maxConcurrent, slots, rate } = work;
  const reasons: Reason[] = [];

  if (maxConcurrent > 0 && slots >= maxConcurrent) {
    reasons.push(
      because('work_concurrency', { work: key, running: slots, limit: maxConcurrent }, { links }),
    );
  }
  if (rate !== null && rate.tokens < 1) {
    const { limit, perSeconds } = rate;
    const unblocksAt = now + Math.ceil((1_000 * (1 - rate.tokens) * perSeconds) / limit);
    reasons.push(because('rate_limit', { work: key, limit, perSeconds }, { unblocksAt, links }));
  }
  if (isUnreachable(work, now)) {
    reasons.push(unreachable(key, work, work, { since: work.lastClaimAt ?? since }));
  }
  return [
    ...reasons,
    inLine,
    // Those that are claimed need no process of ours but the one that answers claims.
    ...(work.delivery === 'pull' ? [] : schedulerDown(instance)),
  ];
}

function isUnreachable({ delivery, lastClaimAt, deliveries }: WorkFacts, now: number): boolean {
  switch (delivery) {
    case 'pull':
      return lastClaimAt === null || now - lastClaimAt > SILENT_MS;
    case 'push':
      return deliveries > 0;
    case 'internal':
      return false;
  }
}

function unreachable(
  key: string,
  work: WorkFacts | undefined,
  pushed: Pick<LiveFacts, 'deliveries' | 'deliveryError'> | null,
  more: Because,
): Reason {
  const delivery = work?.delivery === 'push' ? 'push' : 'pull';

  return because(
    'no_reachable_worker',
    {
      work: key,
      delivery,
      lastClaimAt: moment(work?.lastClaimAt ?? null),
      inHand: work?.inHand ?? 0,
      deliveries: pushed?.deliveries ?? 0,
      message: pushed?.deliveryError ?? null,
    },
    { ...more, links: linkTo(key) },
  );
}

function explainDispatched({ plan, live, work, now }: TaskCase): Reason[] {
  const { delivering, worker, dispatchSeconds, dispatchedAt } = live;
  const handed = because(
    'pushed_not_started',
    { work: plan.work, worker: delivering ? null : worker, delivering },
    { since: dispatchedAt, unblocksAt: live.dueAt, links: linkTo(plan.work) },
  );
  const failing =
    live.deliveries > 0 ? [unreachable(plan.work, work, live, { since: dispatchedAt })] : [];
  const overdue =
    !delivering && dispatchSeconds !== null && dispatchedAt !== null
      ? dispatchedAt + dispatchSeconds * 1_000
      : null;

  return overdue !== null && dispatchSeconds !== null && now >= overdue
    ? [
        because('push_backlog_hold', { work: plan.work, dispatchSeconds }, { since: overdue }),
        handed,
      ]
    : [...failing, handed];
}

function explainRunning({ plan, live, instance }: TaskCase): Reason {
  const { dueAt } = live;
  const since = live.startedAt ?? live.dispatchedAt;

  if (plan.type === 'signal') {
    const { signal, approval } = plan;
    const prompt = live.prompt ?? plan.prompt;
    return because('waiting_signal', { signal, approval, prompt }, { since, unblocksAt: dueAt });
  }
  if ((plan.type === 'workflow' || plan.type === 'fanout') && plan.child !== null) {
    const { child } = live;
    return because(
      'subworkflow_running',
      {
        workflow: plan.child.workflow,
        instance: child?.id ?? null,
        status: child?.status ?? null,
      },
      { since, unblocksAt: endOf(live), links: child ? [{ type: 'instance', id: child.id }] : [] },
    );
  }
  if (plan.type === 'http' && live.pollAt !== null && plan.http.status) {
    return because('waiting_callback', { kind: 'status' }, { since, unblocksAt: live.pollAt });
  }
  if (plan.type === 'http' && plan.http.callback) {
    return because('waiting_callback', { kind: 'callback' }, { since, unblocksAt: endOf(live) });
  }
  return because(
    'running',
    {
      worker: live.worker,
      attempt: live.attempt,
      progress: live.progress,
      lastSeenAt: moment(lastSign(live)),
    },
    { since: since ?? instance.startedAt, unblocksAt: endOf(live) },
  );
}

/** When it times out however often it gives a sign of life. */
function endOf({ startedAt, firstAt, runSeconds, totalSeconds }: LiveFacts): number | null {
  const ends = [
    startedAt !== null && runSeconds !== null ? startedAt + runSeconds * 1_000 : null,
    firstAt !== null && totalSeconds !== null ? firstAt + totalSeconds * 1_000 : null,
  ].filter((end) => end !== null);

  return ends.length === 0 ? null : Math.min(...ends);
}

/** A sign of life is kept only as the deadline of the next: where another limit comes first, it is not known. */
function lastSign(live: LiveFacts): number | null {
  const { dueAt, heartbeatSeconds } = live;
  const end = endOf(live);

  return dueAt === null || heartbeatSeconds === null || (end !== null && dueAt >= end)
    ? null
    : dueAt - heartbeatSeconds * 1_000;
}

function linkTo(work: string): Because['links'] {
  return isInternalWork(work) ? [] : [{ type: 'work', id: work }];
}
