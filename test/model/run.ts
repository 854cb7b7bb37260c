/**
 * One run: a random workflow, random commands, and after each of them the same in the model and in the rows. Then everything is brought to
 * its end, which shows that nothing was lost.
 */
import { isDeepStrictEqual } from 'node:util';
import { findDrift } from '#operations/instances/drift.ts';
import type { Context } from '#operations/context.ts';
import type { InternalTask } from '#operations/tasks/internal.ts';
import { writeToken } from '#operations/tasks/token.ts';
import type { ClaimedTask } from '#operations/tasks/claim.ts';
import type { Action, Told } from './action.ts';
import { actionOf, type Command, type Simple } from './commands.ts';
import { crashing } from './crash.ts';
import { isOver } from './moves.ts';
import { errorOf, readRows, seenInModel, seenInRows, type Rows } from './read.ts';
import type { Held } from './reports.ts';
import { definitionOf, type Shape } from './shape.ts';
import type { Bench } from './bench.ts';
import { EXECUTED, type TaskWork } from './works.ts';
import { emptyWorld, Mismatch, settingOf, type Setting, type World } from './world.ts';

type Candidate = { readonly world: World } | { readonly reason: string };

export async function run(bench: Bench, shape: Shape, commands: readonly Command[]): Promise<void> {
  const one = new Run(bench, shape, await bench.begin(shape));
  try {
    await one.all(commands);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(
      `${why}\n\nthe workflow: ${JSON.stringify({ definition: definitionOf(shape), maxRunning: shape.maxRunning, order: shape.order })}\n` +
        `what was done:\n${one.done.map((line, place) => `  ${place + 1}. ${line}`).join('\n')}`,
      { cause: error },
    );
  }
}

class Run {
  readonly done: string[] = [];
  readonly #bench: Bench;
  readonly #setting: Setting;
  readonly #workflow: { readonly key: string; readonly id: number };
  readonly #held: Held[] = [];
  #world: World;

  constructor(
    bench: Bench,
    shape: Shape,
    { order, ...workflow }: Awaited<ReturnType<Bench['begin']>>,
  ) {
    this.#bench = bench;
    this.#setting = settingOf(shape, order);
    this.#workflow = workflow;
    this.#world = emptyWorld(shape, bench.now());
  }

  async all(commands: readonly Command[]): Promise<void> {
    for (const command of [
      { do: 'create', n: 1, priority: 0, later: false, only: [] } as const,
      ...commands,
    ]) {
      await this.#take(command);
    }
    await this.#finish();
  }

  async #take(command: Command): Promise<void> {
    switch (command.do) {
      case 'wait':
        this.#world.now += command.seconds * 1_000;
        this.#bench.setClock(this.#world.now);
        this.done.push(`wait ${command.seconds} s`);
        return;
      case 'race':
        return this.#race(command.commands);
      case 'crash':
        return this.#crash(command);
      case 'create':
      case 'claim':
      case 'report':
      case 'sweep':
      case 'admit':
      case 'execute':
      case 'end':
      case 'hold':
      case 'putBack':
      case 'submit':
      case 'poll':
      case 'pollAgain':
      case 'keepPolling':
      case 'settings':
      case 'signal':
      case 'mark':
      case 'restart':
      case 'priority':
      case 'edit':
      case 'hurry':
      case 'cancel':
      case 'pause':
      case 'resume':
      case 'retry':
        return this.#simple(command);
    }
  }

  async #simple(command: Simple): Promise<void> {
    const action = this.#actionOf(command);
    if (action === null) {
      return;
    }
    const answer = await action.perform(this.#bench.contexts[0]);
    this.#hear([answer]);
    const told = { answer, racing: false, passedOver: 0 };
    await this.#settle(action.name, (newIds) => [
      this.#after(action.steps.map((step) => [step, { ...told, newIds }])),
    ]);
  }

  /** It happened up to some step, and no further. */
  async #crash({ command, at, how }: Extract<Command, { do: 'crash' }>): Promise<void> {
    const action = this.#actionOf(command);
    if (action === null) {
      return;
    }
    const process = this.#bench.victim();
    const victim = crashing(process.db, { at, how });
    let answer: unknown;
    let cut = false;
    try {
      answer = await action.perform({ ...process, db: victim.db });
      this.#hear([answer]);
    } catch (error) {
      if (!victim.hasCrashed()) {
        throw error;
      }
      cut = true;
      await victim.settled();
    }
    if (how === 'kill') {
      await this.#bench.bury();
    }
    await this.#settle(`${action.name}, crashing (${how} ${at})`, (newIds) => {
      const told = { answer: cut ? undefined : answer, racing: false, passedOver: 0, newIds };
      return (cut ? cutOff(action) : [action.steps]).map((steps) =>
        this.#after(steps.map((step) => [step, told])),
      );
    });
  }

  /** Some order of their steps explains what they did together. */
  async #race(commands: readonly Simple[]): Promise<void> {
    const actions = commands.flatMap((command) => this.#actionOf(command) ?? []);
    const answers = await Promise.all(
      actions.map((action, place) => action.perform(this.#contextOf(place))),
    );
    this.#hear(answers);

    await this.#settle(`race: ${actions.map(({ name }) => name).join(' | ')}`, (newIds) =>
      this.#orders(actions, answers, newIds),
    );
  }

  *#orders(
    actions: readonly Action[],
    answers: readonly unknown[],
    newIds: readonly string[],
  ): Generator<Candidate> {
    const sweeps = actions.some(({ name }) => name === 'sweep');
    const masks = sweeps ? 1 << this.#world.instances.length : 1;

    for (const order of interleavings(actions.map(({ steps }) => steps.length))) {
      for (let passedOver = 0; passedOver < masks; passedOver += 1) {
        const next = actions.map(() => 0);
        yield this.#after(
          order.flatMap((which) => {
            const step = actions[which]?.steps[next[which] ?? 0];
            next[which] = (next[which] ?? 0) + 1;
            return step
              ? [[step, { answer: answers[which], racing: true, passedOver, newIds }] as const]
              : [];
          }),
        );
      }
    }
  }

  /** The world after some steps, or why they cannot have been. */
  #after(steps: readonly (readonly [Action['steps'][number], Told])[]): Candidate {
    const world = structuredClone(this.#world);
    try {
      for (const [step, told] of steps) {
        step(this.#setting, world, told);
      }
      return { world };
    } catch (error) {
      if (error instanceof Mismatch) {
        return { reason: error.message };
      }
      throw error;
    }
  }

  /** Reads the rows and goes on with the first world that they agree with. */
  async #settle(
    name: string,
    candidates: (newIds: readonly string[]) => Iterable<Candidate>,
  ): Promise<void> {
    this.done.push(name);
    const [rows, drift] = await Promise.all([
      readRows(this.#bench.sql),
      findDrift(this.#bench.sql, null),
    ]);
    const known = new Set(this.#world.instances.map(({ id }) => id));
    const newIds = rows.instances.map(({ id }) => id).filter((id) => !known.has(id));
    const seen = seenInRows(this.#setting.order, rows);
    let first: Candidate | null = null;

    for (const candidate of candidates(newIds)) {
      if ('world' in candidate && this.#agrees(candidate.world, seen, rows)) {
        this.#world = candidate.world;
        if (drift.length > 0) {
          throw new Error(`after "${name}" an invariant is broken: ${JSON.stringify(drift)}`);
        }
        return;
      }
      first ??= candidate;
    }
    throw new Error(
      `after "${name}" the rows are not what the model says\n${this.#difference(first, seen, rows)}`,
    );
  }

  #agrees(world: World, seen: ReturnType<typeof seenInRows>, rows: Rows): boolean {
    return (
      world.enabled === rows.workflow.enabled &&
      world.maxRunning === rows.workflow.max_running &&
      isDeepStrictEqual(seenInModel(this.#setting, world), seen) &&
      errorDifference(world, rows) === null
    );
  }

  #difference(
    candidate: Candidate | null,
    seen: ReturnType<typeof seenInRows>,
    rows: Rows,
  ): string {
    if (candidate === null || 'reason' in candidate) {
      return candidate?.reason ?? 'nothing explains it';
    }
    const lines: string[] = [];
    const model = seenInModel(this.#setting, candidate.world);

    for (const [place, expected] of model.entries()) {
      for (const [field, value] of Object.entries(expected)) {
        const found = (seen[place] as Record<string, unknown> | undefined)?.[field];
        if (!isDeepStrictEqual(found, value)) {
          lines.push(...fieldDifference(`${expected.id} ${field}`, value, found));
        }
      }
    }
    return [...lines, errorDifference(candidate.world, rows) ?? ''].join('\n');
  }

  /** Whatever runs is finished, whatever waits is let go: everything must come to its end. */
  async #finish(): Promise<void> {
    // Works with a limit hand out two or three a round.
    if (!this.#world.enabled) {
      await this.#simple({ do: 'settings', maxRunning: this.#world.maxRunning, enabled: true });
    }
    const rounds = 100 + 20 * this.#setting.order.length;

    for (let round = 0; round < rounds; round += 1) {
      if (this.#world.instances.every(isOver)) {
        return;
      }
      const paused = this.#world.instances.some(({ status }) => status === 'paused');
      await this.#simple({ do: 'claim', works: 255, max: 500 });
      for (const work of EXECUTED) {
        if (this.#isReady(work)) {
          await this.#simple({ do: 'execute', work, max: 500 });
        }
      }
      await this.#finishAll();
      await this.#signalAll();
      await this.#take({ do: 'wait', seconds: 70 });
      await this.#simple({ do: 'sweep' });
      await this.#simple({ do: 'admit' });
      if (paused) {
        await this.#simple({ do: 'resume', who: 15 });
      }
      await this.#giveUp();
    }
    const left = seenInModel(this.#setting, this.#world).filter((one) => one.tasks.length > 0);
    throw new Error(`still going after ${rounds} rounds: ${JSON.stringify(left)}`);
  }

  /**
   * A hand-out whose token was lost in a crash, and that no later one will overtake, waits for a person: that is what `overtaken` means.
   */
  async #giveUp(): Promise<void> {
    const known = new Set(this.#held.map(nameOfAttempt));
    const lost = this.#world.instances.filter(
      ({ id, tasks }) =>
        tasks.length > 0 &&
        tasks.every(
          (task) =>
            task.status === 'dispatched' && !known.has(nameOfAttempt({ ...task, instanceId: id })),
        ),
    );
    for (const { id } of lost) {
      await this.#simple({
        do: 'cancel',
        who: 1 << this.#world.instances.findIndex((one) => one.id === id),
      });
    }
  }

  #isReady(work: TaskWork): boolean {
    return this.#world.instances.some(({ tasks }) =>
      tasks.some((task) => task.work === work && task.status === 'ready' && !task.held),
    );
  }

  async #signalAll(): Promise<void> {
    for (const [who, { tasks }] of this.#world.instances.entries()) {
      const waiting = tasks.flatMap(({ node }) => {
        const plan = this.#setting.nodeOf.get(node);
        return plan?.type === 'signal' ? [plan.signal] : [];
      });
      for (const name of new Set(waiting)) {
        await this.#simple({ do: 'signal', who, name, payload: 1 });
      }
    }
  }

  async #finishAll(): Promise<void> {
    const count = this.#world.instances.flatMap(({ tasks }) =>
      tasks.filter(
        ({ status, work }) =>
          work !== '#signal' && (status === 'running' || status === 'dispatched'),
      ),
    ).length;
    if (count > 0) {
      await this.#simple({
        do: 'report',
        reports: Array.from({ length: count }, (_, pick) => ({
          live: true,
          pick,
          said: { type: 'finish', output: [1, 2], context: null },
        })),
      });
    }
  }

  #actionOf(command: Simple): Action | null {
    return actionOf(command, this.#world, this.#held, this.#workflow, this.#setting.order);
  }

  #contextOf(place: number): Context {
    const { contexts } = this.#bench;
    return contexts[place] ?? contexts[0];
  }

  /** Remembers the tokens that were handed out. */
  #hear(answers: readonly unknown[]): void {
    for (const answer of answers) {
      for (const { key, plan } of Array.isArray(answer)
        ? (answer as Partial<InternalTask>[])
        : []) {
        const token = key && writeToken(key);
        if (key && plan && !this.#held.some((one) => one.token === token)) {
          const work = plan.work as TaskWork;
          this.#held.push({ ...key, node: plan.key, work, token: writeToken(key) });
        }
      }
      for (const task of Array.isArray(answer) ? (answer as Partial<ClaimedTask>[]) : []) {
        const { token, instanceId, task: node, segment, attempt } = task;
        const work = task.work as TaskWork;
        if (token && instanceId && node && attempt) {
          this.#held.push({
            token,
            instanceId,
            node,
            segment: segment?.order ?? -1,
            attempt,
            work,
          });
        }
      }
    }
  }
}

function nameOfAttempt(one: Omit<Held, 'token' | 'work'>): string {
  return `${one.instanceId}/${one.node}/${one.segment}#${one.attempt}`;
}

/** The steps that an action may have come to when it was cut off: none at first, all of them at last. */
function cutOff({ steps, goesOn }: Action): Action['steps'][] {
  return goesOn
    ? Array.from({ length: 2 ** steps.length }, (_, done) =>
        steps.filter((_step, place) => (done & (1 << place)) !== 0),
      )
    : Array.from({ length: steps.length + 1 }, (_, done) => steps.slice(0, done));
}

/** All orders of the steps of several actions that keep the order of each. */
function* interleavings(counts: readonly number[]): Generator<number[]> {
  if (counts.every((count) => count === 0)) {
    yield [];
    return;
  }
  for (const [which, left] of counts.entries()) {
    if (left > 0) {
      const rest = counts.map((count, place) => (place === which ? count - 1 : count));
      for (const order of interleavings(rest)) {
        yield [which, ...order];
      }
    }
  }
}

function fieldDifference(name: string, expected: unknown, found: unknown): string[] {
  if (Array.isArray(expected) && Array.isArray(found)) {
    return [
      ...expected.filter((one) => !found.includes(one)).map((one) => `${name} lacks: ${one}`),
      ...found.filter((one) => !expected.includes(one)).map((one) => `${name} has: ${one}`),
    ];
  }
  if (
    expected !== null &&
    typeof expected === 'object' &&
    found !== null &&
    typeof found === 'object'
  ) {
    const both = new Set([...Object.keys(expected), ...Object.keys(found)]);
    const of = (from: object, key: string) => (from as Record<string, unknown>)[key];
    return [...both]
      .filter((key) => !isDeepStrictEqual(of(expected, key), of(found, key)))
      .map((key) => `${name}.${key}: ${text(of(found, key))}, not ${text(of(expected, key))}`);
  }
  return [`${name}: ${text(found)}, not ${text(expected)}`];
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

function errorDifference(world: World, { instances }: Rows): string | null {
  for (const row of instances) {
    const allowed = world.instances.find(({ id }) => id === row.id)?.errors ?? [];
    const error = errorOf(row);
    const fits =
      error === null
        ? allowed.length === 0
        : allowed.some((one) => one === error || one === error.replace(/:.*/, ':*'));
    if (!fits) {
      return `${row.id} error: ${error}, not ${allowed.join(' or ') || 'none'}`;
    }
  }
  return null;
}
