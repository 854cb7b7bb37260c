import { pageOf } from '#operations/page.ts';
import { changeSchedule, changeScheduleInput } from '#operations/schedules/change.ts';
import { createSchedule, createScheduleInput } from '#operations/schedules/create.ts';
import { deleteSchedule } from '#operations/schedules/delete.ts';
import { getSchedule, listSchedules } from '#operations/schedules/list.ts';
import { getNextRuns, nextRuns, nextRunsInput } from '#operations/schedules/next.ts';
import { ranNow, runScheduleNow } from '#operations/schedules/run_now.ts';
import { listRunsInput, listScheduleRuns } from '#operations/schedules/runs.ts';
import { schedule, scheduleRun } from '#operations/schedules/schedule.ts';
import { listStartersInput } from '#operations/workflows/starters.ts';
import { noBody, param, route, withoutBody } from '../route.ts';

const tag = 'Schedules';
const path = '/workflows/{key}/schedules';

function nameOf(params: Readonly<Record<string, string>>) {
  return { workflow: param(params, 'key'), id: param(params, 'id') };
}

export const scheduleRoutes = [
  route({
    id: 'listSchedules',
    method: 'get',
    path,
    tag,
    scope: 'read',
    summary: 'List schedules',
    query: listStartersInput,
    answer: pageOf(schedule),
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' } },
    does: (ctx, { params, query }) =>
      listSchedules(ctx, { ...query, workflow: param(params, 'key') }),
  }),
  route({
    id: 'createSchedule',
    method: 'post',
    path,
    tag,
    scope: 'workflows:write',
    summary: 'Create a schedule',
    description:
      'Five fields of cron by the clocks of a time zone. What a change of clocks leaves out is made up for once, what comes twice counts once; docs/schedules.md has the rules.',
    body: createScheduleInput,
    status: 201,
    answer: schedule,
    refusals: ['not_found', 'conflict'],
    example: {
      params: { key: 'image-mosaic' },
      body: {
        key: 'nightly',
        cron: '30 2 * * MON-FRI',
        timeZone: 'Europe/Berlin',
        objectId: 'nightly {{ schedule.at }}',
        overlap: 'skip',
        enabled: false,
      },
    },
    does: (ctx, { params, body }) =>
      createSchedule(ctx, { ...body, workflow: param(params, 'key') }),
  }),
  route({
    id: 'getSchedule',
    method: 'get',
    path: `${path}/{id}`,
    tag,
    scope: 'read',
    summary: 'Get a schedule',
    answer: schedule,
    refusals: ['not_found'],
    does: (ctx, { params }) => getSchedule(ctx, nameOf(params)),
  }),
  route({
    id: 'changeSchedule',
    method: 'patch',
    path: `${path}/{id}`,
    tag,
    scope: 'workflows:write',
    summary: 'Change a schedule',
    description:
      'What is not named stays. A changed clock, or one that is switched on, counts from now.',
    body: changeScheduleInput,
    answer: schedule,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => changeSchedule(ctx, { ...body, ...nameOf(params) }),
  }),
  route({
    id: 'deleteSchedule',
    method: 'delete',
    path: `${path}/{id}`,
    tag,
    scope: 'workflows:write',
    summary: 'Delete a schedule',
    description: 'With its log. Its instances stay.',
    status: 204,
    refusals: ['not_found'],
    does: (ctx, { params }) => withoutBody(deleteSchedule(ctx, nameOf(params))),
  }),
  route({
    id: 'getNextRuns',
    method: 'get',
    path: `${path}/{id}/next`,
    tag,
    scope: 'read',
    summary: 'Get the next runs of a schedule',
    query: nextRunsInput,
    answer: nextRuns,
    refusals: ['not_found'],
    does: (ctx, { params, query }) => getNextRuns(ctx, { ...query, ...nameOf(params) }),
  }),
  route({
    id: 'listScheduleRuns',
    method: 'get',
    path: `${path}/{id}/runs`,
    tag,
    scope: 'read',
    summary: 'List what became of due times',
    description: 'The newest first; the last hundred are kept.',
    query: listRunsInput,
    answer: pageOf(scheduleRun),
    refusals: ['not_found'],
    does: (ctx, { params, query }) => listScheduleRuns(ctx, { ...query, ...nameOf(params) }),
  }),
  route({
    id: 'runScheduleNow',
    method: 'post',
    path: `${path}/{id}/run-now`,
    tag,
    scope: 'instances:write',
    summary: 'Run a schedule now',
    description: 'Beside the clock, whatever runs already, and also while it is switched off.',
    body: noBody,
    optionalBody: true,
    status: 201,
    answer: ranNow,
    refusals: ['not_found', 'no_published_version', 'object_busy'],
    does: (ctx, { params }) => runScheduleNow(ctx, nameOf(params)),
  }),
];
