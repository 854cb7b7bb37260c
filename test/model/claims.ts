import { isRefusal } from '#operations/refusal.ts';
import { claimInternal, LEASE_SECONDS, type InternalTask } from '#operations/tasks/internal.ts';
import { claimTasks, type ClaimedTask } from '#operations/tasks/claim.ts';
import { claimForPush, LEASE_MARGIN_SECONDS } from '#operations/tasks/push.ts';
import type { Context } from '#operations/context.ts';
import type { Action, Step, Told } from './action.ts';
import {
  REQUEST_SECONDS,
  workOf,
  type Executed,
  type ModelWork,
  type Pushed,
  type TaskWork,
  type WorkName,
} from './works.ts';
import { keyOf } from './wake_ups.ts';
import {
  Mismatch,
  settingOf,
  type ModelInstance,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';

type Placed = { readonly instance: ModelInstance; readonly task: ModelTask };

export function claim(works: readonly WorkName[], max: number): Action {
  return {
    name: `claim ${max} of ${works.join(' ')}`,
    perform: async (ctx) => {
      const answer = await claimTasks(ctx, { works: [...works], max, worker: 'model' });
      if (isRefusal(answer)) {
        throw new Error(answer.message);
      }
      return answer.tasks;
    },
    // Works without a limit are handed out first, then, for what room is left, those with one.
    steps: [false, true].map((limited): Step => (settings, world, told) => {
      const handed = (told.answer as readonly ClaimedTask[] | undefined)
        ?.filter((one) => isLimited(workOf(one.work as WorkName)) === limited)
        .map(taken);
      const most = limited ? max - world.claimed : max;
      const among = () => next(settings, world, works, limited, most);
      world.claimed = take(world, told, { handed, among, handOut });
    }),
  };
}

/** What the executors of Latchwork itself do: the same for another kind of work, by a lease. */
export function execute(work: Executed | '#workflow', max: number): Action {
  return byLease(`execute ${max} of ${work}`, work, max, {
    perform: (ctx) => claimInternal(ctx, { work, max, worker: 'model' }),
    taken: ({ key, plan }: InternalTask) => ({
      name: `${key.instanceId}/${plan.key}/${key.segment}`,
      attempt: key.attempt,
    }),
    handOut: (world, { task }) => lease(world, task),
  });
}

/** What the processes that push do before they send anything. */
export function push(work: Pushed, max: number): Action {
  return byLease(`push ${max} of ${work}`, work, max, {
    perform: async (ctx) => (await claimForPush(ctx, { work, max, worker: 'model' }))?.tasks ?? [],
    taken,
    handOut: (world, { task }) => {
      lease(world, task);
      task.slot = isLimited(workOf(work));
      task.startedAt = null;
      task.dueAt = plus(world.now, REQUEST_SECONDS + LEASE_MARGIN_SECONDS);
    },
  });
}

type Taken = { readonly name: string; readonly attempt: number };

function byLease<Task>(
  name: string,
  work: TaskWork,
  max: number,
  one: {
    readonly perform: (ctx: Context) => Promise<readonly Task[]>;
    readonly taken: (task: Task) => Taken;
    readonly handOut: (world: World, placed: Placed) => void;
  },
): Action {
  return {
    name,
    perform: one.perform,
    wakeUps: [keyOf.deliver(work)],
    // It took as many as it could, and is back for more.
    isUnfinished: (answer) => (answer as readonly unknown[]).length === max,
    steps: [
      (settings, world, told) => {
        const handed = (told.answer as readonly Task[] | undefined)?.map(one.taken);
        const among = () => next(settings, world, [work], isLimited(workOf(work)), max);
        take(world, told, { handed, among, handOut: one.handOut });
      },
    ],
  };
}

/** Hands out what was said to be handed out, if that is what comes next; answers how many. In a race others may have had some of it. */
function take(
  world: World,
  { racing }: Told,
  {
    handed,
    among,
    handOut: handOutOne,
  }: {
    readonly handed: readonly Taken[] | undefined;
    readonly among: () => Placed[];
    readonly handOut: (world: World, placed: Placed) => void;
  },
): number {
  const said = handed?.map(({ name }) => name);
  const expected = racing && said ? named(world, said) : among();

  for (const placed of expected) {
    handOutOne(world, placed);
  }
  if (said && said.join() !== expected.map(nameOfPlaced).join()) {
    throw new Mismatch(`handed out ${said.join()}, not ${expected.map(nameOfPlaced).join()}`);
  }
  for (const [place, { name, attempt }] of handed?.entries() ?? []) {
    if (attempt !== expected[place]?.task.attempt) {
      throw new Mismatch(`${name} has attempt ${attempt}`);
    }
  }
  return expected.length;
}

function lease(world: World, task: ModelTask): void {
  task.status = 'dispatched';
  task.attempt += task.deliveries > 0 ? 0 : 1;
  task.leased = true;
  task.firstAt ??= world.now;
  task.dispatchedAt = world.now;
  // It has no way to its worker: it runs as soon as it is handed out.
  task.startedAt = world.now;
  task.dueAt = world.now + LEASE_SECONDS * 1_000;
}

function taken({ instanceId, task, segment, attempt }: ClaimedTask): Taken {
  return { name: `${instanceId}/${task}/${segment?.order ?? -1}`, attempt };
}

function nameOfPlaced({ instance, task }: Placed): string {
  return `${instance.id}/${task.node}/${task.segment}`;
}

function isClaimable({ task }: Placed): boolean {
  return task.status === 'ready' && !task.held;
}

function allTasks(world: World): Placed[] {
  return world.instances.flatMap((instance) => instance.tasks.map((task) => ({ instance, task })));
}

/** Those that a racing claim says it got: each must have been there to get. */
function named(world: World, names: readonly string[]): Placed[] {
  const byName = new Map(allTasks(world).map((placed) => [nameOfPlaced(placed), placed]));

  return names.map((name) => {
    const placed = byName.get(name);
    if (placed === undefined || !isClaimable(placed)) {
      throw new Mismatch(`${name} was not there to be claimed`);
    }
    return placed;
  });
}

/** In the order of priority, age and place. */
function next(
  settings: Settings,
  world: World,
  works: readonly TaskWork[],
  limited: boolean,
  most: number,
): Placed[] {
  const room = new Map<TaskWork, number>(works.map((work) => [work, roomOf(world, work)]));

  return allTasks(world)
    .filter(
      (placed) =>
        isClaimable(placed) &&
        works.includes(placed.task.work) &&
        isLimited(workOf(placed.task.work)) === limited,
    )
    .toSorted(
      (one, other) =>
        other.task.priority - one.task.priority ||
        (one.instance.id < other.instance.id ? -1 : one.instance.id > other.instance.id ? 1 : 0) ||
        placeOf(settings, one) - placeOf(settings, other) ||
        one.task.segment - other.task.segment,
    )
    .filter(({ task }) => {
      const left = room.get(task.work) ?? 0;
      room.set(task.work, left - 1);
      return left > 0;
    })
    .slice(0, Math.max(0, most));
}

function placeOf(settings: Settings, { instance, task }: Placed): number {
  return settingOf(settings, instance.version).order.indexOf(task.node);
}

function isLimited({ maxConcurrent, rate }: ModelWork): boolean {
  return maxConcurrent > 0 || rate !== null;
}

function roomOf(world: World, name: TaskWork): number {
  const { maxConcurrent } = workOf(name);
  const taken = allTasks(world).filter(({ task }) => task.work === name && task.slot).length;

  return Math.min(
    maxConcurrent > 0 ? maxConcurrent - taken : Number.POSITIVE_INFINITY,
    Math.floor(tokensOf(world, name)),
  );
}

function tokensOf(world: World, name: TaskWork): number {
  const { rate } = workOf(name);
  if (rate === null) {
    return Number.POSITIVE_INFINITY;
  }
  const { left, at } = world.tokens[name] ?? { left: rate.limit, at: world.now };
  return Math.min(rate.limit, left + (((world.now - at) / 1_000) * rate.limit) / rate.seconds);
}

function handOut(world: World, { task }: Placed): void {
  const work = workOf(task.work);
  const { now } = world;

  if (work.rate !== null) {
    world.tokens[task.work] = { left: tokensOf(world, task.work) - 1, at: now };
  }
  task.attempt += 1;
  task.slot = isLimited(work);
  task.firstAt ??= now;
  task.dispatchedAt = now;
  if (work.startReport) {
    task.status = 'dispatched';
    task.startedAt = null;
    task.dueAt = earliest(plus(now, work.dispatchSeconds), plus(task.firstAt, work.totalSeconds));
  } else {
    task.status = 'running';
    task.startedAt = now;
    task.dueAt = dueOf(task, now);
  }
}

/** When a running task is looked at: the nearest of its limits. `seen`: its last sign of life. */
export function dueOf(task: ModelTask, seen: number): number | null {
  const { heartbeatSeconds, totalSeconds } = workOf(task.work);
  return earliest(
    plus(task.startedAt, task.runSeconds),
    plus(seen, heartbeatSeconds),
    plus(task.firstAt, totalSeconds),
  );
}

export function plus(at: number | null, seconds: number | null): number | null {
  return at === null || seconds === null ? null : at + seconds * 1_000;
}

export function earliest(...times: readonly (number | null)[]): number | null {
  const set = times.filter((time) => time !== null);
  return set.length === 0 ? null : Math.min(...set);
}
