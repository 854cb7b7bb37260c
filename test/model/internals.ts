/** What the executors of Latchwork say of what they claimed: ends, leases, and the services that `http` nodes drive. Nothing is sent. */
import type { Json, JsonObject } from '#engine/json.ts';
import type { FailureCode } from '#engine/states.ts';
import type { Context } from '#operations/context.ts';
import { claimPolls, holdPolls, writePolls, type Poll } from '#operations/http/polls.ts';
import { recordSubmitted } from '#operations/http/submitted.ts';
import {
  endInternal,
  holdInternal,
  LEASE_SECONDS,
  putBackInternal,
  type InternalEnd,
} from '#operations/tasks/internal.ts';
import { readToken } from '#operations/tasks/token.ts';
import type { Action } from './action.ts';
import { dueOf, earliest, plus } from './claims.ts';
import { endAttempt, type End } from './ends.ts';
import { liveOf, traceOf, type Held } from './reports.ts';
import { turn } from './turn.ts';
import {
  Mismatch,
  type ModelInstance,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';
import { workOf } from './works.ts';

/** As the trace shows it. */
const REQUEST: JsonObject = { method: 'POST', url: 'http://service.test/jobs' };

export type Came =
  | { readonly outcome: 'succeeded'; readonly output: Json; readonly request: boolean }
  | {
      readonly outcome: 'failed';
      readonly code: Extract<FailureCode, 'delivery_failed' | 'expression' | 'error'>;
      readonly retryable: boolean;
      readonly retryAfterSeconds: number;
      readonly request: boolean;
    };

/** How attempts ended that Latchwork ran; those that are not live any more change nothing. */
export function end(ends: readonly { readonly held: Held; readonly came: Came }[]): Action {
  return {
    name: `end ${ends.map(({ held, came }) => `${nameOf(held)} ${came.outcome}`).join(', ')}`,
    perform: (ctx) => endInternal(ctx, ends.map(endOf)),
    steps: [
      (settings, world) => {
        for (const { held, came } of ends) {
          const live = liveOf(world, held);
          if (live !== null && came.request) {
            live.task.input = REQUEST;
          }
        }
        endLive(
          settings,
          world,
          ends.map(({ held, came }) => ({ held, end: came })),
        );
      },
    ],
  };
}

/** Those that are live end, those of one instance in one turn. */
export function endLive(
  settings: Settings,
  world: World,
  ends: readonly { readonly held: Held; readonly end: End }[],
): void {
  const live = ends.flatMap(({ held, end: how }) => {
    const found = liveOf(world, held);
    return found === null ? [] : [{ ...found, how }];
  });
  for (const [instance, list] of Map.groupBy(live, (one) => one.instance)) {
    turn(settings, world, instance, (one) => {
      for (const { task, how } of list) {
        endAttempt(one, task, how);
      }
    });
  }
}

function endOf({ held, came }: { readonly held: Held; readonly came: Came }): InternalEnd {
  const common = { key: keyOf(held), ...(came.request ? { input: REQUEST } : {}) };

  return came.outcome === 'succeeded'
    ? { ...common, outcome: 'succeeded', output: came.output }
    : {
        ...common,
        outcome: 'failed',
        code: came.code,
        message: 'it broke',
        retryable: came.retryable,
        retryAfterMs: came.retryAfterSeconds * 1_000,
      };
}

/** Leases of attempts that are still being run. */
export function hold(held: readonly Held[]): Action {
  return ofLive('hold', held, {
    perform: (ctx) => holdInternal(ctx, held.map(keyOf)),
    apply: (world, task) => {
      if (task.leased) {
        task.dueAt = earliest(
          plus(world.now, LEASE_SECONDS),
          plus(task.firstAt, workOf(task.work).totalSeconds),
        );
      }
    },
  });
}

/** The process stops: others are to run what it had claimed. */
export function putBack(held: readonly Held[]): Action {
  return ofLive('put back', held, {
    perform: (ctx) => putBackInternal(ctx, held.map(keyOf)),
    apply: (world, task) => putOff(world, task, 0),
  });
}

/** The same attempt again later; meanwhile others may have its slot. */
export function putOff(world: World, task: ModelTask, seconds: number): void {
  if (task.leased) {
    task.status = 'delayed';
    task.leased = false;
    task.deliveries += 1;
    task.slot = false;
    task.startedAt = null;
    task.dueAt = plus(world.now, seconds);
  }
}

/** A service has taken its request. `askSeconds`: when it is asked how far it is; null: it reports by itself. */
export function submit(held: readonly Held[], askSeconds: number | null): Action {
  return {
    name: `submitted ${held.map(nameOf).join(', ')}${askSeconds === null ? '' : `, asked in ${askSeconds} s`}`,
    perform: (ctx) =>
      recordSubmitted(
        ctx,
        held.map((one) => ({
          key: keyOf(one),
          input: REQUEST,
          remote: { submit: { status: 202, headers: {}, body: { id: 1 } } },
          pollAt: askSeconds === null ? null : after(ctx, askSeconds),
        })),
      ),
    steps: [
      (_setting, world) => {
        for (const one of held) {
          const live = liveOf(world, one);
          if (live === null) {
            tellTrace(world, one);
          } else {
            const { task } = live;
            task.status = 'running';
            task.leased = false;
            task.deliveries = 0;
            task.startedAt ??= world.now;
            task.pollAt = plus(world.now, askSeconds);
            task.remote = true;
            task.input = REQUEST;
            task.dueAt = dueOf(task, world.now);
          }
        }
      },
    ],
  };
}

/** It ended while it was being submitted: its trace knows that a service was left behind. */
function tellTrace(world: World, held: Held): void {
  const attempt = traceOf(world, held);
  if (attempt !== undefined) {
    attempt.remote = true;
  }
}

/** Takes the status requests that are due. */
export function poll(): Action {
  return {
    name: 'poll',
    perform: (ctx) => claimPolls(ctx, { max: 1_000 }),
    steps: [
      (_setting, world, { answer, racing }) => {
        const taken = (answer as readonly Poll[] | undefined)?.map(
          ({ key, plan }) => `${key.instanceId}/${plan.key}/${key.segment}`,
        );
        const due = world.instances.flatMap((instance) =>
          instance.tasks
            .filter(({ pollAt }) => pollAt !== null && pollAt <= world.now)
            .map((task) => ({ name: taskName(instance, task), task })),
        );
        const names = due.map(({ name }) => name);
        const fits = racing
          ? taken?.every((name) => names.includes(name))
          : taken?.toSorted().join() === names.toSorted().join();

        if (taken !== undefined && !fits) {
          throw new Mismatch(`asked for ${taken.join()}, not ${names.join()}`);
        }
        for (const { name, task } of due) {
          if (taken === undefined || taken.includes(name)) {
            task.pollAt = plus(world.now, LEASE_SECONDS);
          }
        }
      },
    ],
  };
}

/** The service goes on. `answered`: it said so itself, which is a sign of life. */
export function pollAgain(held: readonly Held[], seconds: number, answered: boolean): Action {
  return ofLive(`ask again in ${seconds} s${answered ? ' (answered)' : ''}`, held, {
    perform: (ctx) =>
      writePolls(
        ctx,
        held.map((one) => ({ key: keyOf(one), at: after(ctx, seconds), answered, unread: null })),
      ),
    apply: (world, task) => {
      if (task.pollAt !== null) {
        task.pollAt = plus(world.now, seconds);
        task.dueAt = answered ? dueOf(task, world.now) : task.dueAt;
      }
    },
  });
}

export function keepPolling(held: readonly Held[]): Action {
  return ofLive('hold polls', held, {
    perform: (ctx) => holdPolls(ctx, held.map(keyOf)),
    apply: (world, task) => {
      task.pollAt = task.pollAt === null ? null : plus(world.now, LEASE_SECONDS);
    },
  });
}

/** What is recorded of attempts as far as they are live. */
export function ofLive(
  name: string,
  held: readonly Held[],
  one: {
    readonly perform: (ctx: Context) => Promise<unknown>;
    readonly apply: (world: World, task: ModelTask) => void;
  },
): Action {
  return {
    name: `${name} ${held.map(nameOf).join(', ')}`,
    perform: one.perform,
    steps: [
      (_setting, world) => {
        for (const { task } of held.flatMap((each) => liveOf(world, each) ?? [])) {
          one.apply(world, task);
        }
      },
    ],
  };
}

function taskName({ id }: ModelInstance, { node, segment }: ModelTask): string {
  return `${id}/${node}/${segment}`;
}

export function nameOf({ node, segment, attempt }: Held): string {
  return `${node}/${segment}#${attempt}`;
}

export function keyOf({ token }: Held) {
  const key = readToken(token);
  if (key === null) {
    throw new Error('the model holds a token that is none');
  }
  return key;
}

function after(ctx: Context, seconds: number): Date {
  return new Date(ctx.clock().getTime() + seconds * 1_000);
}
