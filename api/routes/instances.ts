import * as z from 'zod';
import { json } from '#engine/json.ts';
import { countInstances, countInstancesInput } from '#operations/instances/counts.ts';
import { createInstances } from '#operations/instances/create.ts';
import {
  createInstance,
  MOST_INSTANCES,
  type Created,
} from '#operations/instances/create/instance.ts';
import { listInstanceEvents, listInstanceEventsInput } from '#operations/instances/events.ts';
import { getInstance, getInstanceSummary } from '#operations/instances/get.ts';
import {
  instance,
  instanceCounts,
  instanceDetail,
  instanceEvent,
  type Instance,
} from '#operations/instances/instance.ts';
import { listInstances, listInstancesInput } from '#operations/instances/list.ts';
import type { Context } from '#operations/context.ts';
import { pageOf } from '#operations/page.ts';
import { isRefusal, refuse, type Refusal } from '#operations/refusal.ts';
import { listWaiting, listWaitingInput, waitingSignal } from '#operations/signals/waiting.ts';
import { idempotencyKey, REPLAYED } from '../idempotency.ts';
import { eachItem } from '../items.ts';
import { param, Reply, route } from '../route.ts';
import { createResult } from '../schemas.ts';

const tag = 'Instances';

const idempotent = {
  requestHeaders: {
    'Idempotency-Key': 'of your own: the same request again is answered as the first, for a day',
  },
  responseHeaders: { [REPLAYED]: '`true` if this is the answer to an earlier request' },
};

export const instanceRoutes = [
  route({
    id: 'createInstance',
    method: 'post',
    path: '/workflows/{key}/instances',
    tag,
    scope: 'instances:write',
    summary: 'Start an instance',
    description:
      'Runs the published version, or the one named. Answers 200 with the earlier instance if its `dedupeKey` was used before.',
    body: createInstance,
    status: 201,
    answer: instance,
    alsoStatus: { 200: 'There is an instance with this `dedupeKey` already; this is it.' },
    ...idempotent,
    refusals: ['not_found', 'no_published_version', 'object_busy', 'idempotency_mismatch'],
    example: {
      params: { key: 'image-mosaic' },
      body: {
        objectId: 'photo-1042',
        input: { sample: 'dew', effect: 'dots' },
        labels: { team: 'media' },
      },
    },
    does: async (ctx, { params, body, header }) => {
      const key = idempotencyKey(header);
      if (isRefusal(key)) {
        return key;
      }
      const created = await createInstances(ctx, {
        workflow: param(params, 'key'),
        instances: [body],
        idempotencyKey: key,
      });
      return isRefusal(created) ? created : createdOne(ctx, created);
    },
  }),
  route({
    id: 'createInstances',
    method: 'post',
    path: '/workflows/{key}/instances/batch',
    tag,
    scope: 'instances:write',
    summary: 'Start up to 1,000 instances',
    description: 'Answers item by item, in their order; a bad one does not lose the others.',
    batch: true,
    body: z.strictObject({ instances: z.array(json).min(1).max(MOST_INSTANCES) }),
    bodyShown: z.strictObject({ instances: z.array(createInstance).min(1).max(MOST_INSTANCES) }),
    answer: z.object({ results: z.array(createResult) }),
    ...idempotent,
    refusals: ['not_found', 'idempotency_mismatch'],
    example: {
      params: { key: 'image-mosaic' },
      body: {
        instances: [
          { objectId: 'photo-1', input: { sample: 'aurora' } },
          { objectId: 'photo-2', input: { sample: 'hills' } },
        ],
      },
    },
    does: async (ctx, { params, body, header }) => {
      const key = idempotencyKey(header);
      if (isRefusal(key)) {
        return key;
      }
      const created = await eachItem(createInstance, body.instances, (instances) =>
        createInstances(ctx, {
          workflow: param(params, 'key'),
          instances,
          idempotencyKey: key,
          request: body.instances,
        }),
      );
      return isRefusal(created)
        ? created
        : new Reply(
            { results: created.results },
            { status: 200, headers: created.replayed ? { [REPLAYED]: 'true' } : {} },
          );
    },
  }),
  route({
    id: 'listInstances',
    method: 'get',
    path: '/instances',
    tag,
    scope: 'read',
    summary: 'List instances, the newest first',
    description:
      'Filters by `version`, `label` and `search` look through 5,000 instances at a time: a page may be short, even empty, and yet have a `nextCursor` that goes further back. A search shows those whose object id is exactly the text first, however old.',
    query: listInstancesInput,
    answer: pageOf(instance),
    example: { query: 'status=running,failed&workflow=image-mosaic&limit=20' },
    does: (ctx, { query }) => listInstances(ctx, query),
  }),
  route({
    id: 'countInstances',
    method: 'get',
    path: '/instances/counts',
    tag,
    scope: 'read',
    summary: 'Count instances by status',
    description:
      'Takes the filters of the list. Counts stop at 10,000; those by `version`, `label` or `search` look at the newest 5,000. `capped` says so.',
    query: countInstancesInput,
    answer: instanceCounts,
    example: { query: 'workflow=image-mosaic' },
    does: (ctx, { query }) => countInstances(ctx, query),
  }),
  route({
    id: 'listWaitingSignals',
    method: 'get',
    path: '/signals/waiting',
    tag,
    scope: 'read',
    summary: 'List what waits for a signal or approval, the longest first',
    description:
      'Of the 5,000 oldest instances that wait for some. Lists of instances filter by `waitingFor` instead, and have pages.',
    query: listWaitingInput,
    answer: pageOf(waitingSignal),
    example: { query: 'limit=10' },
    does: (ctx, { query }) => listWaiting(ctx, query),
  }),
  route({
    id: 'getInstance',
    method: 'get',
    path: '/instances/{id}',
    tag,
    scope: 'read',
    summary: 'Get an instance with all its tasks',
    answer: instanceDetail,
    refusals: ['not_found'],
    example: { params: { id: '{instance}' } },
    does: (ctx, { params }) => getInstance(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'listInstanceEvents',
    method: 'get',
    path: '/instances/{id}/events',
    tag,
    scope: 'read',
    summary: 'List what happened to an instance',
    description:
      'Moves of people and of Latchwork itself, in order. Tasks tell their story in their attempts.',
    query: listInstanceEventsInput,
    answer: pageOf(instanceEvent),
    refusals: ['not_found'],
    example: { params: { id: '{instance}' } },
    does: (ctx, { params, query }) =>
      listInstanceEvents(ctx, { ...query, id: param(params, 'id') }),
  }),
];

async function createdOne(
  ctx: Context,
  { results, replayed }: { readonly results: readonly Created[]; readonly replayed: boolean },
): Promise<Reply<Instance> | Refusal> {
  const [created] = results;
  if (created === undefined) {
    throw new Error('one instance was asked for and none was answered');
  }
  if (!created.ok) {
    const { code, message, errors, busyWith } = created;
    return refuse(code, message, {
      ...(errors && { errors }),
      ...(busyWith !== undefined && { facts: { busyWith } }),
    });
  }
  const made = await getInstanceSummary(ctx, { id: created.id });

  return isRefusal(made)
    ? made
    : new Reply(made, {
        status: created.deduplicated ? 200 : 201,
        headers: {
          location: `/api/v1/instances/${made.id}`,
          ...(replayed && { [REPLAYED]: 'true' }),
        },
      });
}
