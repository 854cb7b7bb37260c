/** Every move of a person on instances, by its name: the routes and the bulk moves are made from this table. */
import type * as z from 'zod';
import type { JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { CHECKS, fieldErrors, refuse, type Refusal } from '../refusal.ts';
import { cancelInstances } from './cancel.ts';
import { changePriority, changePriorityInput } from './change_priority.ts';
import { changeVersion, changeVersionInput } from './change_version.ts';
import { editContext, editContextInput } from './edit_context.ts';
import { markInput, markInstances } from './mark.ts';
import { moveInput, type Moved } from './move.ts';
import { pauseInstances, resumeInstances } from './pause.ts';
import { rerunInput, rerunInstances } from './rerun.ts';
import { restartInput, restartInstances } from './restart.ts';
import { retryInstances } from './retry.ts';
import { retrySegments, retrySegmentsInput } from './retry_segments.ts';
import { runInstancesNow, runNowInput } from './run_now.ts';

/** Moves instances that are named by id; `input` was checked by the move's own schema. */
type Make<Input> = (ctx: Context, input: Input) => Promise<{ results: Moved[] } | Refusal>;

/** A move: what it takes for some instances, what it takes beside their ids, and how it is made. */
export type MoveKind = {
  readonly schema: z.ZodObject;
  readonly params: z.ZodObject;
  /** Checks the input and moves; what does not fit is refused with the fields named. */
  readonly make: (ctx: Context, input: unknown) => Promise<{ results: Moved[] } | Refusal>;
};

function move<Schema extends typeof moveInput>(
  schema: Schema,
  make: Make<z.output<Schema>>,
): MoveKind {
  return {
    schema,
    params: schema.omit({ ids: true }),
    make: async (ctx, input) => {
      const read = schema.safeParse(input, CHECKS);
      return read.success
        ? make(ctx, read.data)
        : refuse('invalid_request', 'The move does not have what it needs.', {
            errors: fieldErrors(read.error),
          });
    },
  };
}

export const MOVES = {
  cancel: move(moveInput, cancelInstances),
  pause: move(moveInput, pauseInstances),
  resume: move(moveInput, resumeInstances),
  retry: move(moveInput, retryInstances),
  restart: move(restartInput, restartInstances),
  rerun: move(rerunInput, rerunInstances),
  mark: move(markInput, markInstances),
  'run-now': move(runNowInput, runInstancesNow),
  'retry-segments': move(retrySegmentsInput, retrySegments),
  'change-priority': move(changePriorityInput, changePriority),
  'change-version': move(changeVersionInput, changeVersion),
  'edit-context': move(editContextInput, editContext),
} satisfies Record<string, MoveKind>;

export type MoveName = keyof typeof MOVES;

export const MOVE_NAMES = Object.keys(MOVES) as [MoveName, ...MoveName[]];

/** Whether a move could be made with these parameters: its ids are given when it is made. */
export function checkMove(name: MoveName, params: JsonObject): Refusal | null {
  const read = MOVES[name].params.safeParse(params, CHECKS);
  return read.success
    ? null
    : refuse('invalid_request', `The move "${name}" does not have what it needs.`, {
        errors: fieldErrors(read.error, '/params'),
      });
}
