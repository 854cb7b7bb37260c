import type { NewInstance } from '../instances/create/instance.ts';
import { compileSchedule, type ScheduleRow } from './schedule.ts';

/** The instance of a due time, or why there can be none. Its dedupe key is the schedule and the time: made once, whoever makes it. */
export function instanceOf(
  row: ScheduleRow,
  at: Date,
): { ok: true; item: NewInstance } | { ok: false; message: string } {
  const compiled = compileSchedule(row);
  const rendered = compiled.ok
    ? compiled.recipe.render({ schedule: { at: at.toISOString(), key: row.key } })
    : compiled;

  if (!rendered.ok) {
    const [error] = rendered.errors;
    return { ok: false, message: `${error?.pointer}: ${error?.message}` };
  }
  const { made } = rendered;

  return {
    ok: true,
    item: {
      workflow: row.workflow,
      parent: null,
      instance: {
        objectId: made?.objectId ?? row.key,
        input: made?.input ?? {},
        labels: { ...made?.labels, schedule: row.key },
        dedupeKey: `schedule:${row.id}:${at.toISOString()}`,
        ...(row.priority !== null && { priority: row.priority }),
      },
    },
  };
}
