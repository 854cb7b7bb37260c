/**
 * Something done to the system: `perform` does it for real, `steps` are its transactions as the model sees them. A crash may cut an
 * action off between two steps; in a race the steps of several actions may come in any order that keeps each one's own.
 */
import type { Context } from '#operations/context.ts';
import type { ModelParent, Settings, World } from './world.ts';

export type Told = {
  /** What the action answered; undefined if it was cut off. */
  readonly answer: unknown;
  /** Others were at work on the same rows: what was locked by them may have been passed over. */
  readonly racing: boolean;
  /** What a sweep passed over, since others had locked it: instances by id, tasks by `rowOf`. */
  readonly passedOver: ReadonlySet<string>;
  /** Instances that are in the database and not in the model. */
  readonly newRows: readonly NewRow[];
};

export type NewRow = { readonly id: string; readonly parent: ModelParent | null };

/** Changes the world, or throws Mismatch if the answer cannot have come from it. */
export type Step = (settings: Settings, world: World, told: Told) => void;

export type Action = {
  /** As it is printed when something is wrong. */
  readonly name: string;
  readonly perform: (ctx: Context) => Promise<unknown>;
  readonly steps: readonly Step[];
  /** Keys of the wake-ups for which a worker process does it. */
  readonly wakeUps?: readonly string[];
  /** From its answer: something is left to do, for which the process goes on. */
  readonly isUnfinished?: (answer: unknown) => boolean;
  /** A step that is cut off keeps no later one from its own. */
  readonly goesOn?: true;
};
