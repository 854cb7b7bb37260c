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
import type { Action, NewRow, Told } from './action.ts';
import { actionOf, type Command, type Simple } from './commands.ts';
import { crashing } from './crash.ts';
import { isOver, move } from './moves.ts';
import { signal } from './signals.ts';
import { errorOf, parentsIn, readRows, seenInModel, seenInRows, type Rows } from './read.ts';
import type { Held } from './reports.ts';
import { bereaved, cancelLeft, tell, uninformed } from './children.ts';
import { definitionOf, type Drawing, type Flow } from './shape.ts';
import type { Begun, Bench } from './bench.ts';
import { EXECUTED, WORK_NAMES, type TaskWork } from './works.ts';
import {
  emptyWorld,
  flowOf,
  makeSetting,
  Mismatch,
  settingOf,
  workflowOf,
  type ModelTask,
  type Settings,
  type World,
} from './world.ts';

type Candidate = { readonly world: World } | { readonly reason: string };

export async function run(
  bench: Bench,
  drawing: Drawing,
  commands: readonly Command[],
): Promise<void> {
  const one = new Run(bench, drawing, await bench.begin(drawing));
  try {
    await one.all(commands);
    if (process.env.SHOW) console.log(one.done.join('\n'));
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const drawn = drawing.map(({ flow, shape }) => {
      const { limits, order } = shape;
      return `${flow} ${JSON.stringify({ ...limits, order, definition: definitionOf(shape) })}`;
    });
    throw new Error(
      `${why}\n\nthe workflows:\n${drawn.join('\n')}\n` +
        `what was done:\n${one.done.map((line, place) => `  ${place + 1}. ${line}`).join('\n')}`,
      { cause: error },
    );
  }
}

class Run {
  readonly done: string[] = [];
  readonly #bench: Bench;
  readonly #settings: Settings;
  readonly #begun: Begun;
  readonly #held: Held[] = [];
  #world: World;

  constructor(bench: Bench, drawing: Drawing, begun: Begun) {
    this.#bench = bench;
    this.#begun = begun;
    this.#settings = drawing.map((one, place) =>
      makeSetting(one, begun.versions[place]?.order ?? []),
    );
    this.#world = emptyWorld(this.#settings, bench.now());
  }

  async all(commands: readonly Command[]): Promise<void> {
    for (const command of [
      { do: 'create', n: 1, common: true, priority: 0, later: false, only: [] } as const,
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
      case 'free':
      case 'start':
      case 'tell':
      case 'orphans':
      case 'publish':
      case 'execute':
      case 'end':
      case 'hold':
      case 'putBack':
      case 'submit':
      case 'poll':
      case 'deliver':
      case 'pollAgain':
      case 'keepPolling':
      case 'settings':
      case 'signal':
      case 'mark':
      case 'restart':
      case 'segments':
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
    if (action !== null) {
      await this.#act(action);
    }
  }

  async #act(action: Action): Promise<void> {
    this.done.push(action.name);
    const answer = await action.perform(this.#bench.contexts[0]);
    this.#hear([answer]);
    const told = { answer, racing: false, passedOver: 0 };
    await this.#settle(action.name, (newRows) => [
      this.#after(action.steps.map((step) => [step, { ...told, newRows }])),
    ]);
  }

  /** It happened up to some step, and no further. */
  async #crash({ command, at, how }: Extract<Command, { do: 'crash' }>): Promise<void> {
    const action = this.#actionOf(command);
    if (action === null) {
      return;
    }
    const name = `${action.name}, crashing (${how} ${at})`;
    this.done.push(name);
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
    await this.#settle(name, (newRows) => {
      const told = { answer: cut ? undefined : answer, racing: false, passedOver: 0, newRows };
      return (cut ? cutOff(action) : [action.steps]).map((steps) =>
        this.#after(steps.map((step) => [step, told])),
      );
    });
  }

  /** Some order of their steps explains what they did together. */
  async #race(commands: readonly Simple[]): Promise<void> {
    const actions = commands.flatMap((command) => this.#actionOf(command) ?? []);
    const name = `race: ${actions.map((one) => one.name).join(' | ')}`;
    this.done.push(name);
    const answers = await Promise.all(
      actions.map((action, place) => action.perform(this.#contextOf(place))),
    );
    this.#hear(answers);

    await this.#settle(name, (newRows) => this.#orders(actions, answers, newRows));
  }

  *#orders(
    actions: readonly Action[],
    answers: readonly unknown[],
    newRows: readonly NewRow[],
  ): Generator<Candidate> {
    const sweeps = actions.some(({ name }) => name === 'sweep');
    const masks = sweeps ? masksOf(this.#passable()) : [0];

    for (const order of interleavings(actions.map(({ steps }) => steps.length))) {
      for (const passedOver of masks) {
        const next = actions.map(() => 0);
        yield this.#after(
          order.flatMap((which) => {
            const step = actions[which]?.steps[next[which] ?? 0];
            next[which] = (next[which] ?? 0) + 1;
            return step
              ? [[step, { answer: answers[which], racing: true, passedOver, newRows }] as const]
              : [];
          }),
        );
      }
    }
  }

  /** Places of the instances of which a sweep may pass something over. */
  #passable(): number[] {
    const { instances, now } = this.#world;
    const isDue = (at: number | null) => at !== null && at <= now;

    return instances.flatMap(({ runAt, tasks }, place) =>
      isDue(runAt) || tasks.some(({ status, dueAt }) => status === 'delayed' && isDue(dueAt))
        ? [place]
        : [],
    );
  }

  /** The world after some steps, or why they cannot have been. */
  #after(steps: readonly (readonly [Action['steps'][number], Told])[]): Candidate {
    const world = structuredClone(this.#world);
    try {
      for (const [step, told] of steps) {
        step(this.#settings, world, told);
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
    candidates: (newRows: readonly NewRow[]) => Iterable<Candidate>,
  ): Promise<void> {
    const [rows, drift] = await Promise.all([
      readRows(this.#bench.sql),
      findDrift(this.#bench.sql, null),
    ]);
    const known = new Set(this.#world.instances.map(({ id }) => id));
    const newRows = parentsIn(this.#begun.versions, rows).filter(({ id }) => !known.has(id));
    const seen = seenInRows(this.#begun.versions, rows);
    let first: Candidate | null = null;

    for (const candidate of candidates(newRows)) {
      if ('world' in candidate && this.#agrees(candidate.world, seen, rows)) {
        this.#world = candidate.world;
        const broken = [...drift, ...rows.broken];
        if (broken.length > 0) {
          throw new Error(`after "${name}" an invariant is broken: ${JSON.stringify(broken)}`);
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
      rows.workflows.every((row) => {
        const { enabled, maxRunning, busy } = workflowOf(world, row.key);
        return (
          row.enabled === enabled && row.max_running === maxRunning && row.on_object_busy === busy
        );
      }) &&
      isDeepStrictEqual(seenInModel(this.#settings, world), seen) &&
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
    const model = seenInModel(this.#settings, candidate.world);

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
    for (const { flow } of this.#settings) {
      const { enabled, maxRunning, busy } = workflowOf(this.#world, flow);
      if (!enabled) {
        await this.#simple({ do: 'settings', flow, maxRunning, busy, enabled: true });
      }
    }
    // Works with a limit hand out two or three a round.
    const rounds = 100 + 20 * Math.max(...this.#settings.map(({ drawn }) => drawn.length));

    for (let round = 0; round < rounds; round += 1) {
      if (this.#world.instances.every(isOver)) {
        await this.#deliverAll();
        return;
      }
      await this.#round();
    }
    const left = seenInModel(this.#settings, this.#world).filter((one) => one.tasks.length > 0);
    throw new Error(`still going after ${rounds} rounds: ${JSON.stringify(left)}`);
  }

  /** Every last word gets through at last. */
  async #deliverAll(): Promise<void> {
    // Longer than the lease of one that was cut off.
    await this.#take({ do: 'wait', seconds: 70 });
    await this.#simple({ do: 'deliver', how: 'delivered' });
    const left = await this.#bench
      .sql`select id, status from notification where status <> 'delivered'`;
    if (left.length > 0) {
      throw new Error(`last words that did not get through: ${JSON.stringify(left)}`);
    }
  }

  async #round(): Promise<void> {
    const isPaused = this.#world.instances.some(({ status }) => status === 'paused');

    if (WORK_NAMES.some((work) => this.#isReady(work))) {
      await this.#simple({ do: 'claim', works: 255, max: 500 });
    }
    for (const work of [...EXECUTED, '#workflow'] as const) {
      if (this.#isReady(work)) {
        await this.#simple({ do: 'execute', work, max: 500 });
      }
    }
    await this.#submitAll();
    await this.#finishAll();
    await this.#signalAll();
    await this.#family();
    await this.#take({ do: 'wait', seconds: this.#toNext() });
    if (isSomethingDue(this.#world)) {
      await this.#simple({ do: 'sweep' });
    }
    for (const [which, instance] of this.#world.instances.entries()) {
      if (instance.blocked) {
        await this.#simple({ do: 'free', flow: flowOf(this.#settings, instance), who: which });
      }
    }
    const inLine = new Set(
      this.#world.instances
        .filter(({ status, blocked }) => status === 'queued' && !blocked)
        .map((one) => flowOf(this.#settings, one)),
    );
    for (const flow of inLine) {
      await this.#simple({ do: 'admit', flow });
    }
    if (isPaused) {
      await this.#simple({ do: 'resume', who: 15 });
    }
    await this.#giveUp();
  }

  /** Long enough for whatever comes next. */
  #toNext(): number {
    const { instances, now } = this.#world;
    const known = new Set(this.#held.map(nameOfAttempt));
    const isBusy = (instanceId: string, task: ModelTask) =>
      task.status === 'ready' ||
      (task.status !== 'delayed' &&
        task.work !== '#workflow' &&
        known.has(nameOfAttempt({ ...task, instanceId })));
    const busy = instances.some(({ id, tasks }) => tasks.some((task) => isBusy(id, task)));
    const times = instances.flatMap(({ runAt, status, tasks }) => [
      ...(status === 'scheduled' ? [runAt ?? now] : []),
      ...tasks.flatMap(({ dueAt }) => (dueAt === null || dueAt <= now ? [] : [dueAt])),
    ]);
    return busy || times.length === 0
      ? 70
      : Math.max(70, Math.ceil((Math.min(...times) - now) / 1_000));
  }

  /** Services are at work before they are finished. */
  async #submitAll(): Promise<void> {
    const live = this.#world.instances.flatMap(({ tasks }) =>
      tasks.filter(({ work, status }) => work === '#http' && status === 'dispatched'),
    ).length;
    if (live > 0) {
      const picks = Array.from({ length: Math.ceil(live / 2) }, (_, pick) => pick);
      await this.#simple({ do: 'submit', picks, askSeconds: 5 });
    }
  }

  /** Children begin, their parents hear of them, and those that nobody waits for go. */
  async #family(): Promise<void> {
    const tasks = this.#world.instances.flatMap((one) =>
      one.tasks.filter(({ work }) => work === '#workflow'),
    );
    if (tasks.some(({ status }) => status === 'dispatched')) {
      // Those that have begun already are named too.
      await this.#simple({ do: 'start', picks: [...tasks.keys()] });
    }
    for (const parent of uninformed(this.#world)) {
      await this.#act(tell(parent));
    }
    for (const parent of bereaved(this.#world)) {
      await this.#act(cancelLeft(parent));
    }
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
      await this.#act(move('cancel', [id]));
    }
  }

  #isReady(work: TaskWork): boolean {
    return this.#world.instances.some(({ tasks }) =>
      tasks.some((task) => task.work === work && task.status === 'ready' && !task.held),
    );
  }

  async #signalAll(): Promise<void> {
    for (const { id, tasks, version } of this.#world.instances) {
      const { nodeOf } = settingOf(this.#settings, version);
      const waiting = tasks.flatMap(({ node }) => {
        const plan = nodeOf.get(node);
        return plan?.type === 'signal' ? [plan.signal] : [];
      });
      for (const name of new Set(waiting)) {
        await this.#act(signal(id, name, 1));
      }
    }
  }

  async #finishAll(): Promise<void> {
    const count = this.#world.instances.flatMap(({ tasks }) =>
      tasks.filter(
        ({ status, work }) =>
          work !== '#signal' &&
          work !== '#workflow' &&
          (status === 'running' || status === 'dispatched'),
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
    return actionOf(command, this.#world, this.#held, {
      settings: this.#settings,
      ids: this.#begun.ids,
      publish: (flow, version) => this.#publish(flow, version),
    });
  }

  #publish(flow: Flow, version: number): Action {
    return {
      name: `publish version 2 of ${flow}`,
      perform: () => this.#bench.publish(flow, 2),
      steps: [
        (_settings, world) => {
          workflowOf(world, flow).published = version;
        },
      ],
    };
  }

  #contextOf(place: number): Context {
    const { contexts } = this.#bench;
    return contexts[place] ?? contexts[0];
  }

  /** Remembers the tokens that were handed out. */
  #hear(answers: readonly unknown[]): void {
    for (const answer of answers) {
      for (const internal of Array.isArray(answer) ? (answer as InternalTask[]) : []) {
        const { key, plan } = internal;
        const token = 'plan' in internal ? writeToken(key) : '';
        if (token !== '' && !this.#held.some((one) => one.token === token)) {
          const work = plan.work as TaskWork;
          this.#held.push({ ...key, node: plan.key, work, token, internal });
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

function isSomethingDue({ instances, now }: World): boolean {
  const isDue = (at: number | null) => at !== null && at <= now;
  return instances.some(
    ({ status, runAt, expiresAt, tasks }) =>
      (status === 'scheduled' && isDue(runAt)) ||
      isDue(expiresAt) ||
      tasks.some(({ dueAt }) => isDue(dueAt)),
  );
}

/** Which instances a sweep may have passed over; of many only all or none, or one. */
function masksOf(places: readonly number[]): number[] {
  const bits = places.map((place) => 1 << place);
  const all = bits.reduce((sum, bit) => sum | bit, 0);

  return bits.length > 5
    ? [0, ...bits, all]
    : Array.from({ length: 1 << bits.length }, (_, mask) =>
        bits.reduce((sum, bit, place) => ((mask & (1 << place)) === 0 ? sum : sum | bit), 0),
      );
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
