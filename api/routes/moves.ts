/** The moves of people: of one instance, of up to 1,000 named ones, and of all that match a filter. */
import * as z from 'zod';
import { versionNumber } from '#engine/definition.ts';
import { abortBulk } from '#operations/bulk/abort.ts';
import { bulk } from '#operations/bulk/bulk.ts';
import { createBulk, createBulkInput } from '#operations/bulk/create.ts';
import {
  bulkFailure,
  getBulk,
  listBulkFailures,
  listBulks,
  listBulksInput,
} from '#operations/bulk/get.ts';
import { previewVersionChange, versionChange } from '#operations/instances/change_version.ts';
import { getInstanceSummary } from '#operations/instances/get.ts';
import { instance } from '#operations/instances/instance.ts';
import { moveInput } from '#operations/instances/move.ts';
import { MOVES, type MoveName } from '#operations/instances/moves.ts';
import { pageOf } from '#operations/page.ts';
import { isRefusal, refuse } from '#operations/refusal.ts';
import { sendSignal, sendSignalInput, sentSignal } from '#operations/signals/send.ts';
import { param, Reply, route } from '../route.ts';
import { moveResult } from '../schemas.ts';

const tag = 'Moves';

/** What the reference says of each move; the others of its facts are in the table of moves itself. */
const TEXTS: Readonly<Record<MoveName, { readonly does: string; readonly more?: string }>> = {
  cancel: { does: 'Cancel' },
  pause: {
    does: 'Pause',
    more: 'Nothing new of it is handed out. What workers hold goes on, and their reports count.',
  },
  resume: { does: 'Resume' },
  retry: {
    does: 'Retry',
    more: 'From what failed: succeeded tasks, and succeeded segments of a fan-out, keep their results.',
  },
  restart: {
    does: 'Start over from a node',
    more: 'The node and everything behind it run again; the rest keeps its results.',
  },
  rerun: {
    does: 'Run again as a new instance',
    more: 'The same object id, priority, labels and input, which may be edited. The old one stays as it is.',
  },
  mark: {
    does: 'Skip a task, or mark it as succeeded or failed',
    more: 'Whatever it is doing. What lies behind it and never ran is judged again. A skipped task counts as succeeded for what lies behind it.',
  },
  'run-now': {
    does: 'Cut a delay short',
    more: 'Of a scheduled instance, of delayed tasks, waits, windows and retries.',
  },
  'retry-segments': {
    does: 'Retry failed segments of a fan-out',
    more: 'All that failed, or those named, while the others go on or after they ended.',
  },
  'change-priority': { does: 'Change the priority' },
  'change-version': {
    does: 'Move to another version',
    more: 'Refused if something that is open or has run cannot be mapped; `version-change` shows the mapping first.',
  },
  'edit-context': { does: 'Patch the shared context' },
};

const results = z.object({ results: z.array(moveResult) });

export const moveRoutes = [
  ...(Object.keys(MOVES) as MoveName[]).flatMap((name) => [oneRoute(name), manyRoute(name)]),
  route({
    id: 'previewVersionChange',
    method: 'get',
    path: '/instances/{id}/version-change',
    tag,
    scope: 'read',
    summary: 'Show what a move to another version would do',
    query: z.strictObject({ version: z.coerce.number().pipe(versionNumber) }),
    answer: versionChange,
    refusals: ['not_found'],
    example: { params: { id: '{instance}' }, query: 'version=1' },
    does: (ctx, { params, query }) =>
      previewVersionChange(ctx, { id: param(params, 'id'), version: query.version }),
  }),
  route({
    id: 'sendSignal',
    method: 'post',
    path: '/instances/{id}/signals/{name}',
    tag,
    scope: 'instances:write',
    summary: 'Send a signal, or approve',
    description:
      'Goes to the first open signal node of this name; one that comes early is kept for its node (100 of a name at most). An approval takes `{"approved": true | false, "note"?: …}`.',
    body: sendSignalInput,
    optionalBody: true,
    answer: sentSignal,
    refusals: ['not_found', 'conflict', 'invalid_request'],
    does: (ctx, { params, body }) =>
      sendSignal(ctx, { ...body, id: param(params, 'id'), name: param(params, 'name') }),
  }),
  route({
    id: 'createBulk',
    method: 'post',
    path: '/bulk',
    tag,
    scope: 'instances:write',
    summary: 'Move all instances that match a filter',
    description:
      'In the background, set by set, as whoever asked for it. `action` and `params` are those of the moves of one instance.',
    body: createBulkInput,
    status: 202,
    answer: bulk,
    refusals: ['invalid_request', 'conflict'],
    does: async (ctx, { body }) => {
      const made = await createBulk(ctx, body);
      return isRefusal(made)
        ? made
        : new Reply(made, { status: 202, headers: { location: `/api/v1/bulk/${made.id}` } });
    },
  }),
  route({
    id: 'listBulks',
    method: 'get',
    path: '/bulk',
    tag,
    scope: 'read',
    summary: 'List bulk moves, the newest first',
    query: listBulksInput,
    answer: pageOf(bulk),
    example: {},
    does: (ctx, { query }) => listBulks(ctx, query),
  }),
  route({
    id: 'getBulk',
    method: 'get',
    path: '/bulk/{id}',
    tag,
    scope: 'read',
    summary: 'Get a bulk move with its progress',
    answer: bulk,
    refusals: ['not_found'],
    does: (ctx, { params }) => getBulk(ctx, { id: param(params, 'id') }),
  }),
  route({
    id: 'listBulkFailures',
    method: 'get',
    path: '/bulk/{id}/failures',
    tag,
    scope: 'read',
    summary: 'List the instances that a bulk move could not move',
    query: listBulksInput,
    answer: pageOf(bulkFailure),
    refusals: ['not_found'],
    does: (ctx, { params, query }) => listBulkFailures(ctx, { ...query, id: param(params, 'id') }),
  }),
  route({
    id: 'abortBulk',
    method: 'post',
    path: '/bulk/{id}/abort',
    tag,
    scope: 'instances:write',
    summary: 'Stop a bulk move where it is',
    answer: bulk,
    refusals: ['not_found', 'conflict'],
    does: (ctx, { params }) => abortBulk(ctx, { id: param(params, 'id') }),
  }),
];

/** `edit-context` and `retry-segments` are said as plain verbs in paths too. */
function titleOf(name: MoveName): string {
  return name.replaceAll(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase());
}

function oneRoute(name: MoveName) {
  const { does, more } = TEXTS[name];
  const { params: schema } = MOVES[name];

  return route({
    id: `${lowerFirst(titleOf(name))}Instance`,
    method: 'post',
    path: `/instances/{id}/${name}`,
    tag,
    scope: 'instances:write',
    summary: `${does}: one instance`,
    ...(more !== undefined && { description: more }),
    body: schema,
    ...(schema.safeParse({}).success && { optionalBody: true as const }),
    answer: instance,
    refusals: ['not_found', 'conflict'],
    does: async (ctx, { params, body }) => {
      const asked = param(params, 'id');
      if (!moveInput.shape.ids.element.safeParse(asked).success) {
        return refuse('not_found', `There is no instance "${asked}".`);
      }
      const done = await MOVES[name].make(ctx, { ...body, ids: [asked] });
      if (isRefusal(done)) {
        return done;
      }
      const [one] = done.results;
      if (one !== undefined && !one.ok) {
        const { code, message, status } = one;
        return refuse(code, message, {
          facts: { id: asked, ...(status !== undefined && { move: name, instanceStatus: status }) },
        });
      }
      return getInstanceSummary(ctx, { id: one?.newId ?? asked });
    },
  });
}

function manyRoute(name: MoveName) {
  const { does } = TEXTS[name];

  return route({
    id: `${lowerFirst(titleOf(name))}Instances`,
    method: 'post',
    path: `/instances/${name}`,
    tag,
    scope: 'instances:write',
    summary: `${does}: up to 1,000 instances`,
    description: 'Answers instance by instance.',
    batch: true,
    body: MOVES[name].schema,
    answer: results,
    does: (ctx, { body }) => MOVES[name].make(ctx, body),
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
