import { isRefusal } from '#operations/refusal.ts';
import { pageOf } from '#operations/page.ts';
import { deleteWork } from '#operations/works/delete.ts';
import { getWork } from '#operations/works/get.ts';
import { listWorks, listWorksInput } from '#operations/works/list.ts';
import { putWork, putWorkInput } from '#operations/works/put.ts';
import { getWorkSecrets, rotateWorkSecret, workSecrets } from '#operations/works/secrets.ts';
import { work } from '#operations/works/work.ts';
import { noBody, param, Reply, route, withoutBody } from '../route.ts';

const tag = 'Works';

export const workRoutes = [
  route({
    id: 'listWorks',
    method: 'get',
    path: '/works',
    tag,
    scope: 'read',
    summary: 'List works',
    query: listWorksInput,
    answer: pageOf(work),
    example: {},
    does: (ctx, { query }) => listWorks(ctx, query),
  }),
  route({
    id: 'putWork',
    method: 'put',
    path: '/works/{key}',
    tag,
    scope: 'workflows:write',
    summary: 'Create or replace a work',
    description: 'All settings are replaced: what is absent gets its default.',
    body: putWorkInput,
    answer: work,
    alsoStatus: { 201: 'The work was made.' },
    example: {
      params: { key: 'resize-image' },
      body: {
        name: 'Resize an image',
        timeouts: { runSeconds: 120, heartbeatSeconds: 30 },
        retry: { limit: 3, delaySeconds: 2 },
      },
    },
    does: async (ctx, { params, body }) => {
      const put = await putWork(ctx, { ...body, key: param(params, 'key') });
      return isRefusal(put) ? put : new Reply(put.work, { status: put.created ? 201 : 200 });
    },
  }),
  route({
    id: 'getWork',
    method: 'get',
    path: '/works/{key}',
    tag,
    scope: 'read',
    summary: 'Get a work',
    answer: work,
    refusals: ['not_found'],
    example: { params: { key: 'image.tile' } },
    does: (ctx, { params }) => getWork(ctx, { key: param(params, 'key') }),
  }),
  route({
    id: 'deleteWork',
    method: 'delete',
    path: '/works/{key}',
    tag,
    scope: 'workflows:write',
    summary: 'Delete a work',
    description:
      'Refused while a published version names it, or an unfinished instance runs one that does.',
    status: 204,
    refusals: ['not_found', 'conflict'],
    does: (ctx, { params }) => withoutBody(deleteWork(ctx, { key: param(params, 'key') })),
  }),
  route({
    id: 'getWorkSecrets',
    method: 'get',
    path: '/works/{key}/secrets',
    tag,
    scope: 'workflows:write',
    summary: 'Get the signing secrets of a pushed work',
    description: 'Its receiver verifies pushes with them, as Standard Webhooks describes.',
    answer: workSecrets,
    refusals: ['not_found'],
    does: (ctx, { params }) => getWorkSecrets(ctx, { key: param(params, 'key') }),
  }),
  route({
    id: 'rotateWorkSecret',
    method: 'post',
    path: '/works/{key}/secrets/rotate',
    tag,
    scope: 'workflows:write',
    summary: 'Rotate the signing secret of a pushed work',
    description: 'The one before stays valid beside the new one until the next rotation.',
    body: noBody,
    optionalBody: true,
    answer: workSecrets,
    refusals: ['not_found'],
    does: (ctx, { params }) => rotateWorkSecret(ctx, { key: param(params, 'key') }),
  }),
];
