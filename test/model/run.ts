/**
 * One run: a random workflow, random commands, and after each of them the same in the model and in the rows. Then everything is brought to
 * its end, which shows that nothing was lost.
 */
import type { Sql } from '#db/database.ts';
import { findDrift } from '#operations/instances/drift.ts';
import type { Context } from '#operations/context.ts';
import type { InternalTask } from '#operations/tasks/internal.ts';
import { writeToken } from '#operations/tasks/token.ts';
import type { ClaimedTask } from '#operations/tasks/claim.ts';
import type { Action, NewRow, Told } from './action.ts';
import type { Begun, Bench } from './bench.ts';
import { actionOf } from './choose.ts';
import type { Command, Simple } from './commands.ts';
import { agrees, difference, type Candidate } from './compare.ts';
import { crashing } from './crash.ts';
import { finish, type Running } from './finish.ts';
import { cutOff, partsOf, outcomes } from './orders.ts';
import { parentsIn, readRows, seenInRows } from './read.ts';
import type { Held } from './reports.ts';
import { definitionOf } from './definition.ts';
import type { Drawing, Flow } from './shape.ts';
import {
  emptyWorld,
  makeSetting,
  Mismatch,
  workflowOf,
  type Settings,
  type World,
} from './world.ts';
import { rowOf } from './sweeps.ts';
import { putBackWakeUps, takeWakeUps } from './wake_ups.ts';
import type { TaskWork } from './works.ts';

const NOTHING: ReadonlySet<string> = new Set();

export async function run(
  bench: Bench,
  drawing: Drawing,
  commands: readonly Command[],
): Promise<void> {
  const one = new Run(bench, drawing, await bench.begin(drawing));
  try {
    await one.all(commands);
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

class Run implements Running {
  readonly done: string[] = [];
  readonly #bench: Bench;
  readonly settings: Settings;
  readonly #begun: Begun;
  readonly held: Held[] = [];
  world: World;

  constructor(bench: Bench, drawing: Drawing, begun: Begun) {
    this.#bench = bench;
    this.#begun = begun;
    this.settings = drawing.map((one, place) =>
      makeSetting(one, begun.versions[place]?.order ?? []),
    );
    this.world = emptyWorld(this.settings, bench.now());
  }

  get sql(): Sql {
    return this.#bench.sql;
  }

  wait(seconds: number): void {
    this.world.now += seconds * 1_000;
    this.#bench.setClock(this.world.now);
    this.done.push(`wait ${seconds} s`);
  }

  async all(commands: readonly Command[]): Promise<void> {
    for (const command of [
      { do: 'create', count: 1, n: 1, common: true, priority: 0, later: false, only: [] } as const,
      ...commands,
    ]) {
      await this.#take(command);
    }
    await finish(this);
  }

  async #take(command: Command): Promise<void> {
    switch (command.do) {
      case 'wait':
        this.wait(command.seconds);
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
      case 'push':
      case 'pushed':
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
      case 'version':
      case 'segments':
      case 'priority':
      case 'edit':
      case 'hurry':
      case 'cancel':
      case 'pause':
      case 'resume':
      case 'retry':
        return this.simple(command);
    }
  }

  async simple(command: Simple): Promise<void> {
    const action = this.#actionOf(command);
    if (action !== null) {
      await this.act(action);
    }
  }

  async act(action: Action): Promise<void> {
    this.done.push(action.name);
    const [answer] = await this.#perform([action]);
    const told = { answer, racing: false, passedOver: NOTHING };
    await this.#settle(action.name, (newRows) => [
      this.#after(action.steps.map((step) => [step, { ...told, newRows }])),
    ]);
    this.#hear([answer]);
  }

  /** All at once, each for the wake-ups that there are for it, or without any. */
  async #perform(actions: readonly Action[]): Promise<readonly unknown[]> {
    const taken = await takeWakeUps(
      this.sql,
      actions.flatMap(({ wakeUps = [] }) => wakeUps),
    );
    const answers = await Promise.all(
      actions.map((action, place) => action.perform(this.#contextOf(place))),
    );
    const left = actions.flatMap(({ wakeUps = [], isUnfinished }, place) =>
      isUnfinished?.(answers[place]) ? wakeUps : [],
    );
    await putBackWakeUps(
      this.sql,
      taken.filter((key) => left.includes(key)),
    );
    return answers;
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
    const wakeUps = await takeWakeUps(this.sql, action.wakeUps ?? []);
    let answer: unknown;
    let cut = false;
    try {
      answer = await action.perform({ ...process, db: victim.db });
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
    if (cut || action.isUnfinished?.(answer)) {
      await putBackWakeUps(this.sql, wakeUps);
    }
    await this.#settle(name, (newRows) => {
      const told = {
        answer: cut ? undefined : answer,
        racing: false,
        passedOver: NOTHING,
        newRows,
      };
      return (cut ? cutOff(action) : [action.steps]).map((steps) =>
        this.#after(steps.map((step) => [step, told])),
      );
    });
    this.#hear([answer]);
  }

  /** Some order of their steps explains what they did together. */
  async #race(commands: readonly Simple[]): Promise<void> {
    const actions = commands.flatMap((command) => this.#actionOf(command) ?? []);
    const name = `race: ${actions.map((one) => one.name).join(' | ')}`;
    this.done.push(name);
    const answers = await this.#perform(actions);
    await this.#settle(name, (newRows) => this.#orders(actions, answers, newRows));
    this.#hear(answers);
  }

  *#orders(
    actions: readonly Action[],
    answers: readonly unknown[],
    newRows: readonly NewRow[],
  ): Generator<Candidate> {
    const sweeps = actions.some(({ name }) => name === 'sweep');
    const parts = sweeps ? partsOf(this.#passable()) : [NOTHING];

    for (const passedOver of parts) {
      yield* outcomes(
        this.world,
        actions.map(({ steps }) => steps.length),
        (world, which, place) => {
          const step = actions[which]?.steps[place];
          const told = { answer: answers[which], racing: true, passedOver, newRows };
          return this.#after(step === undefined ? [] : [[step, told]], world);
        },
      );
    }
  }

  /** What a sweep may pass over, of each instance. */
  #passable(): string[][] {
    const { instances, now } = this.world;
    const isDue = (at: number | null) => at !== null && at <= now;

    return instances.map(({ id, runAt, tasks }) => {
      const due = tasks.filter(({ status, dueAt }) => status === 'delayed' && isDue(dueAt));
      return [...(isDue(runAt) ? [id] : []), ...new Set(due.map(({ node }) => rowOf(id, node)))];
    });
  }

  /** The world after some steps, or why they cannot have been. */
  #after(
    steps: readonly (readonly [Action['steps'][number], Told])[],
    before: World = this.world,
  ): Candidate {
    const world = structuredClone(before);
    try {
      for (const [step, told] of steps) {
        step(this.settings, world, told);
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
    const known = new Set(this.world.instances.map(({ id }) => id));
    const newRows = parentsIn(this.#begun.versions, rows).filter(({ id }) => !known.has(id));
    const seen = seenInRows(this.#begun.versions, rows);
    let first: Candidate | null = null;

    for (const candidate of candidates(newRows)) {
      if ('world' in candidate && agrees(this.settings, candidate.world, seen, rows)) {
        this.world = candidate.world;
        const broken = [...drift, ...rows.broken];
        if (broken.length > 0) {
          throw new Error(`after "${name}" an invariant is broken: ${JSON.stringify(broken)}`);
        }
        return;
      }
      first ??= candidate;
    }
    throw new Error(
      `after "${name}" the rows are not what the model says\n${difference(this.settings, first, seen, rows)}`,
    );
  }

  #actionOf(command: Simple): Action | null {
    return actionOf(command, this.world, this.held, {
      settings: this.settings,
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

  #eraOf(instanceId: string): number {
    return this.world.instances.find(({ id }) => id === instanceId)?.moves ?? 0;
  }

  /** Remembers the tokens that were handed out. */
  #hear(answers: readonly unknown[]): void {
    for (const answer of answers) {
      for (const internal of Array.isArray(answer) ? (answer as InternalTask[]) : []) {
        const { key, plan } = internal;
        const token = 'plan' in internal ? writeToken(key) : '';
        if (token !== '' && !this.held.some((one) => one.token === token)) {
          const work = plan.work as TaskWork;
          const era = this.#eraOf(key.instanceId);
          this.held.push({ ...key, node: plan.key, work, token, era, internal });
        }
      }
      for (const task of Array.isArray(answer) ? (answer as Partial<ClaimedTask>[]) : []) {
        const { token, instanceId, task: node, segment, attempt } = task;
        const work = task.work as TaskWork;
        const isKnown = this.held.some((one) => one.token === token);
        if (token && instanceId && node && attempt && !isKnown) {
          this.held.push({
            token,
            instanceId,
            node,
            segment: segment?.order ?? -1,
            attempt,
            era: this.#eraOf(instanceId),
            work,
          });
        }
      }
    }
  }
}
