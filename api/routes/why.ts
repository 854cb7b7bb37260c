import {
  explainInstanceById,
  explainTaskById,
  instanceWhy,
  taskWhy,
} from '#operations/instances/why.ts';
import { param, route } from '../route.ts';

export const whyRoutes = [
  route({
    id: 'explainInstance',
    method: 'get',
    path: '/instances/{id}/why',
    tag: 'Instances',
    scope: 'read',
    summary: 'Say why an instance is not finished',
    description:
      'Reasons for the instance, and for each of its tasks that is not finished or never ran. Every one has a `code`, what the code says about this case, since when, and what moves it on. An instance that has ended has no reasons of its own.',
    answer: instanceWhy,
    refusals: ['not_found'],
    example: { params: { id: '{instance}' } },
    does: (ctx, { params }) => explainInstanceById(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'explainTask',
    method: 'get',
    path: '/tasks/{id}/why',
    tag: 'Tasks',
    scope: 'read',
    summary: 'Say why a task or segment is not finished',
    description:
      'The id of a task, or of a segment: `<task id>_<order>`. The reasons of a fan-out are those of its segments, grouped; `count` says of how many each is true.',
    answer: taskWhy,
    refusals: ['not_found'],
    example: { params: { id: '{instance}_probe' } },
    does: (ctx, { params }) => explainTaskById(ctx, { id: param(params, 'id') }),
  }),
];
