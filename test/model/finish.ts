/** Whatever runs is finished, whatever waits is let go: everything must come to its end. */
import type { Sql } from '#db/database.ts';
import type { Action } from './action.ts';
import { bereaved, cancelLeft, tell, uninformed } from './children.ts';
import type { Simple } from './commands.ts';
import { isOver, move } from './moves.ts';
import { isReady } from './nodes.ts';
import { seenInModel } from './read.ts';
import type { Held } from './reports.ts';
import { signal } from './signals.ts';
import {
  flowOf,
  settingOf,
  workflowOf,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';
import { EXECUTED, PULLED, PUSHED, workOf } from './works.ts';

/** A run that is under way. */
export type Running = {
  readonly sql: Sql;
  readonly settings: Settings;
  /** As it is now. */
  readonly world: World;
  readonly held: readonly Held[];
  readonly simple: (command: Simple) => Promise<void>;
  readonly act: (action: Action) => Promise<void>;
  readonly wait: (seconds: number) => void;
};

export async function finish(run: Running): Promise<void> {
  for (const { flow } of run.settings) {
    const { enabled, maxRunning, busy } = workflowOf(run.world, flow);
    if (!enabled) {
      await run.simple({ do: 'settings', flow, maxRunning, busy, enabled: true });
    }
  }
  // Works with a limit hand out two or three a round.
  const rounds = 100 + 20 * Math.max(...run.settings.map(({ drawn }) => drawn.length));

  for (let count = 0; count < rounds; count += 1) {
    if (run.world.instances.every(isOver)) {
      await deliverAll(run);
      return;
    }
    await round(run);
  }
  const left = seenInModel(run.settings, run.world).filter((one) => one.tasks.length > 0);
  throw new Error(`still going after ${rounds} rounds: ${JSON.stringify(left)}`);
}

/** Every last word gets through at last. */
async function deliverAll(run: Running): Promise<void> {
  // Longer than the lease of one that was cut off.
  run.wait(70);
  await run.simple({ do: 'deliver', how: 'delivered' });
  const left = await run.sql`select id, status from notification where status <> 'delivered'`;
  if (left.length > 0) {
    throw new Error(`last words that did not get through: ${JSON.stringify(left)}`);
  }
}

async function round(run: Running): Promise<void> {
  const isPaused = run.world.instances.some(({ status }) => status === 'paused');

  if (PULLED.some((work) => isReady(run.world, work))) {
    await run.simple({ do: 'claim', works: 255, max: 500 });
  }
  for (const work of [...EXECUTED, '#workflow'] as const) {
    if (isReady(run.world, work)) {
      await run.simple({ do: 'execute', work, max: 500 });
    }
  }
  for (const work of PUSHED) {
    if (isReady(run.world, work)) {
      await run.simple({ do: 'push', work, max: 500 });
    }
  }
  await submitAll(run);
  await finishAll(run);
  await signalAll(run);
  await family(run);
  run.wait(toNext(run));
  if (isSomethingDue(run.world)) {
    await run.simple({ do: 'sweep' });
  }
  for (const [which, instance] of run.world.instances.entries()) {
    if (instance.blocked) {
      await run.simple({ do: 'free', flow: flowOf(run.settings, instance), who: which });
    }
  }
  const inLine = new Set(
    run.world.instances
      .filter(({ status, blocked }) => status === 'queued' && !blocked)
      .map((one) => flowOf(run.settings, one)),
  );
  for (const flow of inLine) {
    await run.simple({ do: 'admit', flow });
  }
  if (isPaused) {
    await run.simple({ do: 'resume', who: 15 });
  }
  await giveUp(run);
}

/** Long enough for whatever comes next. */
function toNext(run: Running): number {
  const { instances, now } = run.world;
  const known = new Set(run.held.map(nameOfAttempt));
  const isBusy = (instanceId: string, task: ModelTask) =>
    task.status === 'ready' ||
    (task.status !== 'delayed' &&
      task.work !== '#workflow' &&
      known.has(nameOfAttempt({ ...task, instanceId })));
  const busy = instances.some(({ id, tasks }) => tasks.some((task) => isBusy(id, task)));
  const times = instances.flatMap(({ id, runAt, status, tasks }) => [
    ...(status === 'scheduled' ? [runAt ?? now] : []),
    ...tasks.flatMap((task) =>
      task.dueAt === null || task.dueAt <= now || isLost(known, id, task) ? [] : [task.dueAt],
    ),
  ]);
  return busy || times.length === 0
    ? 70
    : Math.max(70, Math.ceil((Math.min(...times) - now) / 1_000));
}

/** Services are at work before they are finished. */
async function submitAll(run: Running): Promise<void> {
  const live = run.world.instances.flatMap(({ tasks }) =>
    tasks.filter(({ work, status }) => work === '#http' && status === 'dispatched'),
  ).length;
  if (live > 0) {
    const picks = Array.from({ length: Math.ceil(live / 2) }, (_, pick) => pick);
    await run.simple({ do: 'submit', picks, askSeconds: 5 });
  }
}

/** Children begin, their parents hear of them, and those that nobody waits for go. */
async function family(run: Running): Promise<void> {
  const tasks = run.world.instances.flatMap((one) =>
    one.tasks.filter(({ work }) => work === '#workflow'),
  );
  if (tasks.some(({ status }) => status === 'dispatched')) {
    // Those that have begun already are named too.
    await run.simple({ do: 'start', picks: [...tasks.keys()] });
  }
  for (const parent of uninformed(run.world)) {
    await run.act(tell(parent));
  }
  for (const parent of bereaved(run.world)) {
    await run.act(cancelLeft(parent));
  }
}

/**
 * A hand-out whose token was lost in a crash, and that no later one will overtake, waits for a person: that is what `overtaken` means.
 */
async function giveUp(run: Running): Promise<void> {
  const known = new Set(run.held.map(nameOfAttempt));
  const lost = run.world.instances.filter(
    ({ id, tasks }) => tasks.length > 0 && tasks.every((task) => isLost(known, id, task)),
  );
  for (const { id } of lost) {
    await run.act(move('cancel', [id]));
  }
}

/** The sweep looks at it every few seconds, and leaves it as it is. */
function isLost(known: ReadonlySet<string>, instanceId: string, task: ModelTask): boolean {
  return (
    task.status === 'dispatched' &&
    !task.leased &&
    !workOf(task.work).absolute &&
    !known.has(nameOfAttempt({ ...task, instanceId }))
  );
}

async function signalAll(run: Running): Promise<void> {
  for (const { id, tasks, version } of run.world.instances) {
    const { nodeOf } = settingOf(run.settings, version);
    const waiting = tasks.flatMap(({ node }) => {
      const plan = nodeOf.get(node);
      return plan?.type === 'signal' ? [plan.signal] : [];
    });
    for (const name of new Set(waiting)) {
      await run.act(signal(id, name, { approved: true }));
    }
  }
}

async function finishAll(run: Running): Promise<void> {
  const count = run.world.instances.flatMap(({ tasks }) =>
    tasks.filter(
      ({ status, work }) =>
        work !== '#signal' &&
        work !== '#workflow' &&
        (status === 'running' || status === 'dispatched'),
    ),
  ).length;
  if (count > 0) {
    await run.simple({
      do: 'report',
      reports: Array.from({ length: count }, (_, pick) => ({
        live: true,
        pick,
        said: { type: 'finish', output: [1, 2], context: null },
      })),
    });
  }
}

function isSomethingDue({ instances, now }: World): boolean {
  const isDue = (at: number | null) => at !== null && at <= now;
  return instances.some(
    ({ status, runAt, expiresAt, tasks }) =>
      (status === 'scheduled' && isDue(runAt)) ||
      isDue(expiresAt) ||
      tasks.some(({ dueAt }) => isDue(dueAt)),
  );
}

function nameOfAttempt(one: Omit<Held, 'token' | 'work' | 'era'>): string {
  return `${one.instanceId}/${one.node}/${one.segment}#${one.attempt}`;
}
