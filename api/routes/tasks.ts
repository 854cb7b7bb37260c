import { pageOf } from '#operations/page.ts';
import { listAttempts, listAttemptsInput } from '#operations/tasks/attempts.ts';
import { getTask } from '#operations/tasks/get.ts';
import { listSegments, listSegmentsInput } from '#operations/tasks/segments.ts';
import { listTasks } from '#operations/tasks/list.ts';
import { attempt, segment, task, taskSummary } from '#operations/tasks/task.ts';
import { param, route } from '../route.ts';

const tag = 'Tasks';

export const taskRoutes = [
  route({
    id: 'listTasks',
    method: 'get',
    path: '/instances/{id}/tasks',
    tag,
    scope: 'read',
    summary: 'List the tasks of an instance',
    description: 'All of them, in the order of the plan: one per node, a fan-out too.',
    answer: pageOf(taskSummary),
    refusals: ['not_found'],
    example: { params: { id: '{instance}' } },
    does: (ctx, { params }) => listTasks(ctx, { instance: param(params, 'id') }),
  }),
  route({
    id: 'getTask',
    method: 'get',
    path: '/tasks/{id}',
    tag,
    scope: 'read',
    summary: 'Get a task with its data and attempts',
    answer: task,
    refusals: ['not_found'],
    example: { params: { id: '{instance}_probe' } },
    does: (ctx, { params }) => getTask(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'listAttempts',
    method: 'get',
    path: '/tasks/{id}/attempts',
    tag,
    scope: 'read',
    summary: 'List the attempts of a task, the newest first',
    description: 'Of a fan-out, segment by segment. One that is still live has no `outcome`.',
    query: listAttemptsInput,
    answer: pageOf(attempt),
    refusals: ['not_found'],
    example: { params: { id: '{instance}_probe' } },
    does: (ctx, { params, query }) => listAttempts(ctx, { ...query, id: param(params, 'id') }),
  }),
  route({
    id: 'listSegments',
    method: 'get',
    path: '/tasks/{id}/segments',
    tag,
    scope: 'read',
    summary: 'List the segments of a fan-out',
    description: 'In their order. `output` is there if it is small; the attempts have it whole.',
    query: listSegmentsInput,
    answer: pageOf(segment),
    refusals: ['not_found'],
    example: { params: { id: '{instance}_tiles' }, query: 'status=failed' },
    does: (ctx, { params, query }) => listSegments(ctx, { ...query, id: param(params, 'id') }),
  }),
];
