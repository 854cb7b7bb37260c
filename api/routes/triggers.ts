import * as z from 'zod';
import { recordOf } from '#engine/json.ts';
import { pageOf } from '#operations/page.ts';
import { changeTrigger, changeTriggerInput } from '#operations/triggers/change.ts';
import { createTrigger, createTriggerInput } from '#operations/triggers/create.ts';
import { deleteTrigger } from '#operations/triggers/delete.ts';
import {
  listTriggerDeliveries,
  listTriggerDeliveriesInput,
} from '#operations/triggers/deliveries.ts';
import { getTrigger, listTriggers } from '#operations/triggers/list.ts';
import { receiveHook } from '#operations/triggers/receive.ts';
import {
  getTriggerSecrets,
  rotateTrigger,
  rotateTriggerInput,
  triggerSecrets,
} from '#operations/triggers/secrets.ts';
import {
  hookAnswer,
  triedMapping,
  trigger,
  triggerDelivery,
  tryMappingInput,
} from '#operations/triggers/trigger.ts';
import { tryMapping } from '#operations/triggers/try.ts';
import { listStartersInput } from '#operations/workflows/starters.ts';
import { param, route, withoutBody } from '../route.ts';

const tag = 'Triggers';
const path = '/workflows/{key}/triggers';

function nameOf(params: Readonly<Record<string, string>>) {
  return { workflow: param(params, 'key'), id: param(params, 'id') };
}

export const triggerRoutes = [
  route({
    id: 'receiveHook',
    method: 'post',
    path: '/hooks/{token}',
    tag,
    scope: null,
    raw: true,
    summary: 'Send a request to a trigger',
    description:
      'The path is the capability: no key is asked for. The body may be of any type; JSON and forms are read, anything else is a text. A request that was there already, by its dedupe key, is answered as the first.',
    query: recordOf(
      z.string(),
      // A name that comes several times: its values, by commas.
      z.union([z.string(), z.array(z.string()).transform((all) => all.join(','))]),
    ),
    status: 202,
    answer: hookAnswer,
    refusals: [
      'unauthorized',
      'not_found',
      'conflict',
      'no_published_version',
      'object_busy',
      'invalid_request',
    ],
    does: (ctx, { params, query, headers, bytes }) =>
      receiveHook(ctx, {
        token: param(params, 'token'),
        headers: headers(),
        query,
        body: bytes,
      }),
  }),
  route({
    id: 'listTriggers',
    method: 'get',
    path,
    tag,
    scope: 'read',
    summary: 'List triggers',
    query: listStartersInput,
    answer: pageOf(trigger),
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' } },
    does: (ctx, { params, query }) =>
      listTriggers(ctx, { ...query, workflow: param(params, 'key') }),
  }),
  route({
    id: 'createTrigger',
    method: 'post',
    path,
    tag,
    scope: 'workflows:write',
    summary: 'Create a trigger',
    description:
      'Its URL and secret are in [getTriggerSecrets](#getTriggerSecrets). docs/triggers.md shows senders.',
    body: createTriggerInput,
    status: 201,
    answer: trigger,
    refusals: ['not_found', 'conflict'],
    example: {
      params: { key: 'image-mosaic' },
      body: {
        key: 'pushes',
        signature: { kind: 'github' },
        when: 'headers["x-github-event"] == "push"',
        objectId: '{{ body.repository.full_name }}',
        input: { ref: '{{ body.ref }}' },
      },
    },
    does: (ctx, { params, body }) =>
      createTrigger(ctx, { ...body, workflow: param(params, 'key') }),
  }),
  route({
    id: 'getTrigger',
    method: 'get',
    path: `${path}/{id}`,
    tag,
    scope: 'read',
    summary: 'Get a trigger',
    answer: trigger,
    refusals: ['not_found'],
    does: (ctx, { params }) => getTrigger(ctx, nameOf(params)),
  }),
  route({
    id: 'changeTrigger',
    method: 'patch',
    path: `${path}/{id}`,
    tag,
    scope: 'workflows:write',
    summary: 'Change a trigger',
    description: 'What is not named stays, and so does a secret that is not named.',
    body: changeTriggerInput,
    answer: trigger,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => changeTrigger(ctx, { ...body, ...nameOf(params) }),
  }),
  route({
    id: 'deleteTrigger',
    method: 'delete',
    path: `${path}/{id}`,
    tag,
    scope: 'workflows:write',
    summary: 'Delete a trigger',
    description: 'With its log; its URL is no more. Its instances stay.',
    status: 204,
    refusals: ['not_found'],
    does: (ctx, { params }) => withoutBody(deleteTrigger(ctx, nameOf(params))),
  }),
  route({
    id: 'getTriggerSecrets',
    method: 'get',
    path: `${path}/{id}/secrets`,
    tag,
    scope: 'workflows:write',
    summary: 'Get the URL and the secret of a trigger',
    answer: triggerSecrets,
    refusals: ['not_found'],
    does: (ctx, { params }) => getTriggerSecrets(ctx, nameOf(params)),
  }),
  route({
    id: 'rotateTrigger',
    method: 'post',
    path: `${path}/{id}/rotate`,
    tag,
    scope: 'workflows:write',
    summary: 'Give a trigger a new URL',
    description: 'The one before is revoked, at once or after a grace.',
    body: rotateTriggerInput,
    optionalBody: true,
    answer: triggerSecrets,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => rotateTrigger(ctx, { ...body, ...nameOf(params) }),
  }),
  route({
    id: 'tryMapping',
    method: 'post',
    path: `${path}/{id}/try`,
    tag,
    scope: 'read',
    summary: 'Try a mapping',
    description:
      'What the trigger would make of a request, or would with another mapping. Nothing is made.',
    body: tryMappingInput,
    answer: triedMapping,
    refusals: ['not_found'],
    does: (ctx, { params, body }) => tryMapping(ctx, { ...body, ...nameOf(params) }),
  }),
  route({
    id: 'listTriggerDeliveries',
    method: 'get',
    path: `${path}/{id}/deliveries`,
    tag,
    scope: 'read',
    summary: 'List the last requests to a trigger',
    query: listTriggerDeliveriesInput,
    answer: pageOf(triggerDelivery),
    refusals: ['not_found'],
    does: (ctx, { params, query }) => listTriggerDeliveries(ctx, { ...query, ...nameOf(params) }),
  }),
];
