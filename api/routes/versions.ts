import { planComparison } from '#engine/plan/compare.ts';
import { simulated } from '#engine/simulate/answer.ts';
import { discardDraft } from '#operations/drafts/discard.ts';
import { draftAnswer, type DraftAnswer } from '#operations/drafts/draft.ts';
import { getDraft } from '#operations/drafts/get.ts';
import { saveDraft, saveDraftInput } from '#operations/drafts/save.ts';
import { simulateDraft, simulateDraftInput } from '#operations/drafts/simulate.ts';
import { validateDraft, validateDraftInput } from '#operations/drafts/validate.ts';
import { pageOf } from '#operations/page.ts';
import { isRefusal, refuse, type Refusal } from '#operations/refusal.ts';
import { getVersion, type VersionName } from '#operations/versions/get.ts';
import { listVersions, listVersionsInput } from '#operations/versions/list.ts';
import { getDraftPlan, getVersionPlan } from '#operations/versions/plan.ts';
import { restoreVersion } from '#operations/versions/restore.ts';
import { retireVersion } from '#operations/versions/retire.ts';
import { version, versionSummary } from '#operations/versions/version.ts';
import { publishWorkflow, publishWorkflowInput } from '#operations/workflows/publish.ts';
import { noBody, param, Reply, route, withoutBody } from '../route.ts';
import { definitionSchema, jsonSchema } from '../reference/definition_schema.ts';
import { problems } from '../schemas.ts';

const tag = 'Versions';

const ifMatch = { 'If-Match': 'ETag of the draft that this is about' };
const etagHeader = { ETag: 'of the draft: send it as If-Match with the next save' };

export const versionRoutes = [
  route({
    id: 'getDraft',
    method: 'get',
    path: '/workflows/{key}/draft',
    tag,
    scope: 'read',
    summary: 'Get the draft',
    description:
      'Where there is no draft, the published version as the next draft would begin, with an ETag that begins it.',
    answer: draftAnswer,
    responseHeaders: etagHeader,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' } },
    does: async (ctx, { params }) =>
      withEtag(await getDraft(ctx, { workflow: param(params, 'key') }), 200),
  }),
  route({
    id: 'saveDraft',
    method: 'put',
    path: '/workflows/{key}/draft',
    tag,
    scope: 'workflows:write',
    summary: 'Save the draft',
    description:
      'A draft need not be valid. Send `If-Match` with the ETag that you began from, or `If-None-Match: *` for the first draft. 412 answers with `currentEtag`, `updatedBy` and `updatedAt` of what was saved meanwhile.',
    body: saveDraftInput,
    namesOnce: true,
    answer: draftAnswer,
    alsoStatus: { 201: 'The draft was begun.' },
    requestHeaders: { ...ifMatch, 'If-None-Match': '`*` to begin a draft' },
    responseHeaders: etagHeader,
    refusals: ['not_found', 'etag_required', 'etag_mismatch'],
    does: async (ctx, { params, body, header }) => {
      const saved = await saveDraft(ctx, {
        ...body,
        workflow: param(params, 'key'),
        ifMatch: header('if-match'),
        ifNoneMatch: header('if-none-match'),
      });
      return isRefusal(saved) ? saved : withEtag(saved.draft, saved.created ? 201 : 200);
    },
  }),
  route({
    id: 'discardDraft',
    method: 'delete',
    path: '/workflows/{key}/draft',
    tag,
    scope: 'workflows:write',
    summary: 'Discard the draft',
    status: 204,
    requestHeaders: ifMatch,
    refusals: ['not_found', 'etag_mismatch'],
    does: (ctx, { params, header }) =>
      withoutBody(
        discardDraft(ctx, { workflow: param(params, 'key'), ifMatch: header('if-match') }),
      ),
  }),
  route({
    id: 'validateDraft',
    method: 'post',
    path: '/workflows/{key}/draft/validate',
    tag,
    scope: 'read',
    summary: 'Check a draft',
    description:
      'Everything that would keep it from being published, all at once. With a `definition`, checks that one and stores nothing.',
    body: validateDraftInput,
    namesOnce: true,
    optionalBody: true,
    answer: problems,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' }, body: {} },
    does: (ctx, { params, body }) =>
      validateDraft(ctx, { ...body, workflow: param(params, 'key') }),
  }),
  route({
    id: 'simulateDraft',
    method: 'post',
    path: '/workflows/{key}/draft/simulate',
    tag,
    scope: 'read',
    summary: 'Simulate a run of the draft',
    description:
      'Runs it on a virtual clock with the outcomes and durations that you choose, node by node: what runs when, what is skipped and why, the rendered inputs, the critical path. Retries, delays, windows and rules are those of a real run. Starts nothing. 422 `invalid_definition` lists its `problems`.',
    body: simulateDraftInput,
    namesOnce: true,
    optionalBody: true,
    answer: simulated,
    refusals: ['not_found', 'invalid_definition'],
    example: { params: { key: 'image-mosaic' }, body: { defaults: { seconds: 2 } } },
    does: (ctx, { params, body }) =>
      simulateDraft(ctx, { ...body, workflow: param(params, 'key') }),
  }),
  route({
    id: 'getDraftPlan',
    method: 'get',
    path: '/workflows/{key}/draft/plan',
    tag,
    scope: 'read',
    summary: 'Get the plan of the draft',
    description:
      'The graph as it was drawn beside the one that the engine would run, and what was left out of it and why. 422 `invalid_definition` lists the `problems` of a draft that cannot be published.',
    answer: planComparison,
    refusals: ['not_found', 'invalid_definition'],
    example: { params: { key: 'image-mosaic' } },
    does: (ctx, { params }) => getDraftPlan(ctx, { workflow: param(params, 'key') }),
  }),
  route({
    id: 'publishWorkflow',
    method: 'post',
    path: '/workflows/{key}/publish',
    tag,
    scope: 'workflows:write',
    summary: 'Publish the draft',
    description:
      'The draft becomes the next version, which never changes, and what new instances run. 422 `invalid_definition` lists its `problems`.',
    body: publishWorkflowInput,
    optionalBody: true,
    status: 201,
    answer: version,
    requestHeaders: ifMatch,
    refusals: ['not_found', 'conflict', 'etag_mismatch', 'invalid_definition'],
    does: (ctx, { params, body, header }) =>
      publishWorkflow(ctx, {
        ...body,
        workflow: param(params, 'key'),
        ifMatch: header('if-match'),
      }),
  }),
  route({
    id: 'listVersions',
    method: 'get',
    path: '/workflows/{key}/versions',
    tag,
    scope: 'read',
    summary: 'List versions, the newest first',
    query: listVersionsInput,
    answer: pageOf(versionSummary),
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' } },
    does: (ctx, { params, query }) =>
      listVersions(ctx, { ...query, workflow: param(params, 'key') }),
  }),
  route({
    id: 'getVersion',
    method: 'get',
    path: '/workflows/{key}/versions/{version}',
    tag,
    scope: 'read',
    summary: 'Get a version',
    answer: version,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic', version: '1' } },
    does: async (ctx, { params }) => named(params, (name) => getVersion(ctx, name)),
  }),
  route({
    id: 'getVersionPlan',
    method: 'get',
    path: '/workflows/{key}/versions/{version}/plan',
    tag,
    scope: 'read',
    summary: 'Get the plan of a version',
    description:
      'The graph as it was drawn beside the one that its instances run, and what was left out of it and why.',
    answer: planComparison,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic', version: '1' } },
    does: async (ctx, { params }) => named(params, (name) => getVersionPlan(ctx, name)),
  }),
  route({
    id: 'retireVersion',
    method: 'post',
    path: '/workflows/{key}/versions/{version}/retire',
    tag,
    scope: 'workflows:write',
    summary: 'Retire a version',
    description:
      'It starts no new instance; those that run it go on. Retiring the one in use goes back to the newest that is still published.',
    body: noBody,
    optionalBody: true,
    answer: version,
    refusals: ['not_found', 'conflict'],
    does: async (ctx, { params }) => named(params, (name) => retireVersion(ctx, name)),
  }),
  route({
    id: 'restoreVersion',
    method: 'post',
    path: '/workflows/{key}/versions/{version}/restore',
    tag,
    scope: 'workflows:write',
    summary: 'Make a version the draft',
    description: 'To replace a draft that is there, send its ETag as `If-Match`.',
    body: noBody,
    optionalBody: true,
    answer: draftAnswer,
    requestHeaders: ifMatch,
    responseHeaders: etagHeader,
    refusals: ['not_found', 'etag_required', 'etag_mismatch'],
    does: async (ctx, { params, header }) =>
      withEtag(
        await named(params, (name) =>
          restoreVersion(ctx, { ...name, ifMatch: header('if-match') }),
        ),
        200,
      ),
  }),
  route({
    id: 'getDefinitionSchema',
    method: 'get',
    path: '/schemas/definition.json',
    tag,
    scope: null,
    summary: 'Get the JSON Schema of a definition',
    description:
      'The schema `Definition` of this page by itself, for editors that complete and check while you type. Needs no key.',
    answer: jsonSchema,
    example: {},
    does: async () => definitionSchema(),
  }),
];

function withEtag(draft: DraftAnswer | Refusal, status: number): Reply<DraftAnswer> | Refusal {
  return isRefusal(draft) ? draft : new Reply(draft, { status, headers: { etag: draft.etag } });
}

/** A version is named by a number; any other text names none. */
async function named<Answer>(
  params: Readonly<Record<string, string>>,
  then: (name: VersionName) => Promise<Answer | Refusal>,
): Promise<Answer | Refusal> {
  const text = param(params, 'version');

  return /^\d{1,9}$/.test(text)
    ? then({ workflow: param(params, 'key'), version: Number(text) })
    : refuse('not_found', `"${text}" is not the number of a version.`);
}
