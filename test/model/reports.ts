/** Reports on attempts, live or long gone. A batch of them is one transaction. */
import type { Json, JsonObject } from '#engine/json.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import type { InternalTask } from '#operations/tasks/internal.ts';
import type { Report, ReportAnswer } from '#operations/tasks/reports.ts';
import type { Action } from './action.ts';
import { dueOf } from './claims.ts';
import { endAttempt, type End } from './ends.ts';
import { isHandedOut } from './nodes.ts';
import { mergePatch } from './patch.ts';
import { turn } from './turn.ts';
import {
  Mismatch,
  type ModelAttempt,
  type ModelInstance,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';
import { workOf, type TaskWork } from './works.ts';

/** An attempt that somebody was handed at some time, and the token that came with it. */
export type Held = {
  readonly token: string;
  readonly instanceId: string;
  readonly node: string;
  readonly segment: number;
  readonly attempt: number;
  /** How often its run had been moved to another version: none of those tokens is live after the next time. */
  readonly era: number;
  readonly work: TaskWork;
  /** What Latchwork claimed for itself. */
  readonly internal?: InternalTask;
};

/** An attempt, whoever has its token. */
type Attempt = Pick<Held, 'instanceId' | 'node' | 'segment' | 'attempt'> & Partial<Held>;

export type Said =
  | { readonly type: 'start' | 'heartbeat' | 'reject' }
  | { readonly type: 'context'; readonly patch: JsonObject }
  | { readonly type: 'finish'; readonly output: Json; readonly context: JsonObject | null }
  | {
      readonly type: 'fail' | 'raise';
      readonly retryable: boolean;
      readonly retryAfterSeconds: number;
    }
  | { readonly type: 'delay'; readonly seconds: number };

type Spoken = { readonly held: Held; readonly said: Said };

export function report(spoken: readonly Spoken[]): Action {
  return {
    name: `report ${spoken.map(({ held, said }) => `${said.type} of ${held.node}/${held.segment}#${held.attempt}`).join(', ')}`,
    perform: (ctx) => reportTasks(ctx, spoken.map(reportOf)),
    steps: [(settings, world, { answer }) => takeBatch(settings, world, spoken, answer)],
  };
}

function reportOf({ held: { token }, said }: Spoken): Report {
  switch (said.type) {
    case 'start':
    case 'heartbeat':
    case 'reject':
      return { token, type: said.type };
    case 'context':
      return { token, type: 'context', patch: said.patch };
    case 'finish':
      return {
        token,
        type: 'finish',
        output: said.output,
        ...(said.context === null ? {} : { context: said.context }),
      };
    case 'fail':
    case 'raise':
      return {
        token,
        type: said.type,
        message: 'it broke',
        retryable: said.retryable,
        ...(said.retryAfterSeconds === 0 ? {} : { retryAfterSeconds: said.retryAfterSeconds }),
      };
    case 'delay':
      return { token, type: 'delay', seconds: said.seconds };
  }
}

/** All that is said of one attempt counts until its end; the ends of one instance are one turn. */
function takeBatch(
  settings: Settings,
  world: World,
  spoken: readonly Spoken[],
  answer: unknown,
): void {
  const ends = new Map<ModelInstance, { task: ModelTask; end: End }[]>();
  const expected: ReportAnswer['ok'][] = [];
  const ended = new Map<ModelTask, End>();
  const late: { place: number; spoken: Spoken }[] = [];

  for (const [place, one] of spoken.entries()) {
    const live = liveOf(world, one.held);

    if (live === null || ended.has(live.task)) {
      late.push({ place, spoken: one });
      continue;
    }
    const { instance, task } = live;
    expected[place] = true;
    const end = endOf(one.said);
    const patch = patchOf(one.said);
    if (patch !== null) {
      instance.context = mergePatch(instance.context, patch);
    }
    // Whoever ends it had begun it.
    overtake(world, task);
    if (end !== null) {
      ended.set(task, end);
      ends.set(instance, [...(ends.get(instance) ?? []), { task, end }]);
    } else {
      touch(world, task);
    }
  }
  for (const [instance, list] of ends) {
    turn(settings, world, instance, (one) => {
      for (const { task, end } of list) {
        endAttempt(one, task, end);
      }
    });
  }
  for (const { place, spoken: one } of late) {
    expected[place] = isRepetition(world, one);
  }
  compareAnswers(answer as readonly ReportAnswer[] | undefined, expected);
}

/** What is live of an attempt; null: it has ended. */
export function liveOf(
  { instances }: World,
  held: Attempt,
): { readonly instance: ModelInstance; readonly task: ModelTask } | null {
  const instance = instances.find(({ id }) => id === held.instanceId);
  const isOld = held.era !== undefined && held.era !== instance?.moves;
  const task = isOld ? undefined : instance?.tasks.find((one) => isAttempt(one, held));
  return instance === undefined || task === undefined ? null : { instance, task };
}

function isAttempt(task: ModelTask, held: Attempt): boolean {
  return (
    task.node === held.node &&
    task.segment === held.segment &&
    task.attempt === held.attempt &&
    isHandedOut(task)
  );
}

function touch(world: World, task: ModelTask): void {
  const work = workOf(task.work);
  task.status = 'running';
  task.leased = false;
  task.startedAt ??= world.now;
  task.slot ||= work.maxConcurrent > 0;
  task.dueAt = dueOf(task, world.now);
}

function overtake(world: World, task: ModelTask): void {
  if (workOf(task.work).startReport && task.dispatchedAt !== null) {
    world.overtakenAt[task.work] = Math.max(world.overtakenAt[task.work] ?? 0, task.dispatchedAt);
  }
}

function endOf(said: Said): End | null {
  switch (said.type) {
    case 'finish':
      return { outcome: 'succeeded', output: said.output };
    case 'fail':
      return { ...said, outcome: 'failed', code: 'error' };
    case 'raise':
      return { ...said, outcome: 'failed', code: 'exception' };
    case 'delay':
      return { outcome: 'delayed', seconds: said.seconds };
    case 'reject':
      return { outcome: 'rejected' };
    case 'start':
    case 'heartbeat':
    case 'context':
      return null;
  }
}

function patchOf(said: Said): JsonObject | null {
  return said.type === 'context' ? said.patch : said.type === 'finish' ? said.context : null;
}

/** What is left of an attempt that has ended. */
export function traceOf({ instances }: World, held: Held): ModelAttempt | undefined {
  return instances
    .find(({ id }) => id === held.instanceId)
    ?.trace.findLast(
      ({ key, segment, number, era }) =>
        key === held.node && segment === held.segment && number === held.attempt && era <= held.era,
    );
}

/** The same end twice is one end; anything else about an attempt that is over is stale. */
function isRepetition(world: World, { held, said }: Spoken): boolean {
  const trace = traceOf(world, held);
  const end = endOf(said);
  const code = end?.outcome === 'failed' ? end.code : null;

  return trace !== undefined && trace.outcome === end?.outcome && trace.code === code;
}

function compareAnswers(
  answers: readonly ReportAnswer[] | undefined,
  expected: readonly boolean[],
): void {
  for (const [place, answer] of answers?.entries() ?? []) {
    if (answer.ok !== expected[place]) {
      throw new Mismatch(`report ${place} was answered ${JSON.stringify(answer)}`);
    }
    if (!answer.ok && answer.code !== 'stale_attempt') {
      throw new Mismatch(`report ${place} was answered ${answer.code}`);
    }
  }
}
