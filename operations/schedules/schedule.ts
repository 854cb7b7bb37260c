import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { workflowKey } from '#engine/definition.ts';
import { SCHEDULE_NAMES } from '#engine/expression/scope.ts';
import { json } from '#engine/json.ts';
import { duesWithin, whyNeverDue, type Bounds } from '#engine/schedule/bounds.ts';
import { checkRecipe } from '#engine/schedule/check_recipe.ts';
import { readCron, type Cron } from '#engine/schedule/cron.ts';
import { CATCH_UPS, OVERLAPS, RUN_OUTCOMES } from '#engine/schedule/decide.ts';
import { compileRecipe, type Recipe, type RecipeError } from '#engine/schedule/recipe.ts';
import { isTimeZone } from '#engine/window.ts';
import type { Context } from '../context.ts';
import { moment } from '../moment.ts';
import { instant, labels, toInstant } from '../page.ts';
import { refuse, type FieldError, type Refusal } from '../refusal.ts';
import {
  findStarter,
  noStarter,
  type StarterKind,
  type StarterName,
} from '../workflows/starters.ts';

const LONGEST_TEMPLATE = 10_000;

/** The settings of a schedule that people change, shared by create and change. */
export const scheduleSettings = {
  name: z.string().trim().min(1).max(200).meta({ description: 'for people; default: the key' }),
  cron: z
    .string()
    .max(200)
    .meta({
      description: 'minute, hour, day of month, month, day of week',
      examples: ['30 8 * * MON-FRI'],
    }),
  timeZone: z
    .string()
    .max(100)
    .meta({
      description: 'IANA name of the zone by whose clocks it goes',
      examples: ['Europe/Berlin'],
    }),
  objectId: z
    .string()
    .min(1)
    .max(LONGEST_TEMPLATE)
    .meta({ description: 'template over `schedule.at` and `schedule.key`' }),
  input: json.meta({ description: 'of its instances; template over the same' }),
  labels,
  priority: z
    .int()
    .min(-10_000)
    .max(10_000)
    .nullable()
    .meta({ description: "of its instances; null: the workflow's" }),
  enabled: z.boolean(),
  overlap: z.enum(OVERLAPS).meta({
    description:
      'what a due time does while an instance of the schedule has not ended. `skip`: nothing; `queue`: one waits for the end, further ones are skipped; `replace`: cancels what runs',
  }),
  catchUp: z.enum(CATCH_UPS).meta({
    description: 'which of the due times that passed while nobody looked are made up for',
  }),
  catchUpLimit: z
    .int()
    .min(1)
    .max(100)
    .meta({ description: 'with `catchUp: all`: the newest so many, the others are missed' }),
  startAt: moment.nullable().meta({ description: 'no due time lies before it' }),
  endAt: moment.nullable().meta({ description: 'no due time lies after it' }),
};

export const scheduleKey = workflowKey.meta({ description: 'unique within the workflow' });

export const schedule = z
  .object({
    id: z.uuid(),
    key: scheduleKey,
    ...scheduleSettings,
    startAt: instant.nullable(),
    endAt: instant.nullable(),
    workflow: z.string().meta({ description: 'key of the workflow' }),
    nextAt: instant.nullable().meta({ description: 'null: switched off, or none will come' }),
    waitingAt: instant
      .nullable()
      .meta({ description: 'the due time that waits for an instance to end' }),
    lastAt: instant.nullable().meta({ description: 'the last due time that was looked at' }),
    lastInstanceId: z.uuid().nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Schedule', description: 'Makes instances of a workflow by the clock.' });

export type Schedule = z.infer<typeof schedule>;

export const scheduleRun = z
  .object({
    id: z.string(),
    dueAt: instant,
    at: instant.meta({ description: 'when it was looked at' }),
    outcome: z.enum(RUN_OUTCOMES),
    runBy: z.string().nullable().meta({ description: 'who asked for it, where it was not due' }),
    instanceId: z.uuid().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: 'ScheduleRun', description: 'What became of a due time.' });

export type ScheduleRun = z.infer<typeof scheduleRun>;

type Moment = 'startAt' | 'endAt' | 'nextAt' | 'waitingAt' | 'lastAt' | 'createdAt' | 'updatedAt';

/** As the table holds it. */
export type ScheduleRow = Omit<Schedule, Moment> &
  Readonly<Record<Exclude<Moment, 'createdAt' | 'updatedAt'>, Date | null>> &
  Readonly<Record<'createdAt' | 'updatedAt', Date>> & { readonly workflowId: number };

/** Columns of `schedule s` joined with `workflow w`. */
export function scheduleColumns(sql: Queryable) {
  return sql`
    s.id, s.workflow_id as "workflowId", w.key as workflow, s.key, s.name, s.cron,
    s.time_zone as "timeZone", s.object_id as "objectId", s.input, s.labels, s.priority, s.enabled,
    s.overlap, s.catch_up as "catchUp", s.catch_up_limit as "catchUpLimit",
    s.start_at as "startAt", s.end_at as "endAt", s.next_at as "nextAt",
    s.waiting_at as "waitingAt", s.last_at as "lastAt", s.last_instance_id as "lastInstanceId",
    s.created_at as "createdAt", s.updated_at as "updatedAt"
  `;
}

export function scheduleOf(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    workflow: row.workflow,
    key: row.key,
    name: row.name,
    cron: row.cron,
    timeZone: row.timeZone,
    objectId: row.objectId,
    input: row.input,
    labels: row.labels,
    priority: row.priority,
    enabled: row.enabled,
    overlap: row.overlap,
    catchUp: row.catchUp,
    catchUpLimit: row.catchUpLimit,
    startAt: toInstant(row.startAt),
    endAt: toInstant(row.endAt),
    nextAt: toInstant(row.nextAt),
    waitingAt: toInstant(row.waitingAt),
    lastAt: toInstant(row.lastAt),
    lastInstanceId: row.lastInstanceId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export type ScheduleName = StarterName;

export const SCHEDULES: StarterKind<ScheduleRow, Schedule> = {
  table: 'schedule',
  columns: scheduleColumns,
  show: scheduleOf,
};

/** One schedule of a workflow; undefined for none, also where `id` is no id. */
export function findSchedule(
  ctx: Context,
  sql: Queryable,
  name: ScheduleName,
  options?: { readonly lock: boolean },
): Promise<ScheduleRow | undefined> {
  return findStarter(ctx, sql, SCHEDULES, name, options);
}

export function noSchedule(name: ScheduleName): Refusal {
  return noStarter(SCHEDULES, name);
}

type Timing = Pick<ScheduleRow, 'cron' | 'timeZone' | 'startAt' | 'endAt'>;

type Templates = Pick<ScheduleRow, 'objectId' | 'input' | 'labels'>;

/**
 * A refusal that names each fault of a schedule's settings with its place.
 *
 * @param now the moment from which the schedule must be due at some time; null: whether it ever is does not matter
 */
export function faultsOf(checkable: Timing & Templates, now: Date | null): Refusal | null {
  const { cron, timeZone } = checkable;
  const read = readCron(cron);
  const errors: FieldError[] = [
    ...(read.ok
      ? []
      : [
          {
            pointer: '/cron',
            code: read.error.code,
            message: `${read.error.message} (characters ${read.error.start + 1} to ${read.error.end})`,
          },
        ]),
    ...(isTimeZone(timeZone)
      ? []
      : [
          {
            pointer: '/timeZone',
            code: 'unknown_time_zone',
            message: `"${timeZone}" is not a time zone; name one as Europe/Berlin`,
          },
        ]),
    ...endFaults(checkable, now),
    ...checkRecipe(recipeOf(checkable), SCHEDULE_NAMES).map(templateFault),
  ];

  return errors.length === 0
    ? null
    : refuse('invalid_request', `The schedule cannot run: ${errors[0]?.message}.`, { errors });
}

function endFaults(timing: Timing, now: Date | null): FieldError[] {
  const { startAt, endAt, timeZone } = timing;
  if (endAt === null) {
    return [];
  }
  if (startAt !== null && endAt < startAt) {
    return [{ pointer: '/endAt', code: 'too_small', message: 'must not lie before startAt' }];
  }
  const cron = cronOf(timing);
  const never =
    cron === null || now === null
      ? null
      : whyNeverDue(cron, timeZone, boundsOf(timing), now.getTime());

  return never === null ? [] : [{ pointer: '/endAt', code: never, message: NEVER_DUE[never] }];
}

const NEVER_DUE = {
  past: 'lies in the past, so the schedule would never be due',
  no_due_time: 'lies before the next due time, so the schedule would never be due',
} as const;

export function templateFault({ pointer, message, start, end }: RecipeError): FieldError {
  const place = end > start ? ` (characters ${start + 1} to ${end})` : '';
  return { pointer, code: 'expression', message: message + place };
}

export function compileSchedule(settings: Templates) {
  return compileRecipe(recipeOf(settings), SCHEDULE_NAMES);
}

function recipeOf({ objectId, input, labels }: Templates): Recipe {
  return { objectId, input, labels, dedupeKey: null, when: null };
}

/** The calendar of a schedule; null where it can be read no more (a zone that an upgrade took away). */
export function cronOf({ cron, timeZone }: Pick<Timing, 'cron' | 'timeZone'>): Cron | null {
  const read = readCron(cron);
  return read.ok && isTimeZone(timeZone) ? read.cron : null;
}

/** The first due time from `now` on, within the bounds of the schedule. */
export function firstDue(timing: Timing, now: Date): Date | null {
  const cron = cronOf(timing);
  const [due] =
    cron === null ? [] : duesWithin(cron, timing.timeZone, boundsOf(timing), now.getTime(), 1);
  return due === undefined ? null : new Date(due);
}

export function boundsOf({ startAt, endAt }: Pick<Timing, 'startAt' | 'endAt'>): Bounds {
  return { startAt: startAt?.getTime() ?? null, endAt: endAt?.getTime() ?? null };
}
