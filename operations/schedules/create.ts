import * as z from 'zod';
import { asJson } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import {
  faultsOf,
  findSchedule,
  firstDue,
  noSchedule,
  scheduleKey,
  scheduleOf,
  scheduleSettings,
  type Schedule,
} from './schedule.ts';

const { cron, ...optional } = scheduleSettings;

export const createScheduleInput = z
  .strictObject(optional)
  .partial()
  .extend({ key: scheduleKey, cron });

const DEFAULTS = {
  timeZone: 'UTC',
  objectId: '{{ schedule.key }}',
  input: {},
  labels: {},
  priority: null,
  enabled: true,
  overlap: 'allow',
  catchUp: 'last',
  catchUpLimit: 10,
} as const;

export async function createSchedule(
  ctx: Context,
  { workflow, ...given }: { readonly workflow: string } & z.output<typeof createScheduleInput>,
): Promise<Schedule | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = {
    ...DEFAULTS,
    ...given,
    startAt: dateOf(given.startAt),
    endAt: dateOf(given.endAt),
  };
  const now = ctx.clock();
  const faults = faultsOf(row, now);
  if (faults !== null) {
    return faults;
  }
  const { projectId } = ctx;
  const id = uuidv7(now);

  return ctx.db.transaction(async (tx) => {
    const workflowId = await findWorkflowId(ctx, tx, workflow, 'for key share');
    if (workflowId === undefined) {
      return noWorkflow(workflow);
    }
    const made = await tx`
      insert into schedule (
        project_id, id, workflow_id, key, name, cron, time_zone, object_id, input, labels, priority,
        enabled, overlap, catch_up, catch_up_limit, start_at, end_at, next_at, created_at, updated_at
      )
      values (
        ${projectId}, ${id}, ${workflowId}, ${row.key}, ${row.name ?? row.key}, ${row.cron},
        ${row.timeZone}, ${row.objectId}, ${asJson(row.input)}::text::jsonb,
        ${asJson(row.labels)}::text::jsonb, ${row.priority}, ${row.enabled}, ${row.overlap},
        ${row.catchUp}, ${row.catchUpLimit}, ${row.startAt}, ${row.endAt},
        ${row.enabled ? firstDue(row, now) : null}, ${now}, ${now}
      )
      on conflict (project_id, workflow_id, key) do nothing
      returning id
    `;
    if (made.length === 0) {
      return refuse('conflict', `Workflow "${workflow}" has a schedule "${row.key}" already.`, {
        errors: [{ pointer: '/key', code: 'conflict', message: 'is taken already' }],
      });
    }
    await announceWorkflow(tx, { projectId, id: workflowId });
    const created = await findSchedule(ctx, tx, { workflow, id });

    return created === undefined ? noSchedule({ workflow, id }) : scheduleOf(created);
  });
}

export function dateOf(text: string | null | undefined): Date | null {
  return text === null || text === undefined ? null : new Date(text);
}
