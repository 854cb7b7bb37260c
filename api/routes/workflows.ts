import { changeWorkflow, changeWorkflowInput } from '#operations/workflows/change.ts';
import { createWorkflow, createWorkflowInput } from '#operations/workflows/create.ts';
import { deleteWorkflow } from '#operations/workflows/delete.ts';
import {
  exportedWorkflow,
  exportWorkflow,
  exportWorkflowInput,
} from '#operations/workflows/export.ts';
import { getWorkflow } from '#operations/workflows/get.ts';
import { importWorkflow, importWorkflowInput } from '#operations/workflows/import.ts';
import { listWorkflows, listWorkflowsInput } from '#operations/workflows/list.ts';
import { pageOf } from '#operations/page.ts';
import { isRefusal } from '#operations/refusal.ts';
import { workflow } from '#operations/workflows/workflow.ts';
import { param, route, withoutBody } from '../route.ts';
import { imported } from '../schemas.ts';

const tag = 'Workflows';

export const workflowRoutes = [
  route({
    id: 'listWorkflows',
    method: 'get',
    path: '/workflows',
    tag,
    scope: 'read',
    summary: 'List workflows',
    query: listWorkflowsInput,
    answer: pageOf(workflow),
    example: { query: 'limit=20' },
    does: (ctx, { query }) => listWorkflows(ctx, query),
  }),
  route({
    id: 'createWorkflow',
    method: 'post',
    path: '/workflows',
    tag,
    scope: 'workflows:write',
    summary: 'Create a workflow',
    description:
      'A `definition` becomes the first draft. Nothing runs before it is published; see [publishWorkflow](#publishWorkflow).',
    body: createWorkflowInput,
    namesOnce: true,
    status: 201,
    answer: workflow,
    refusals: ['conflict'],
    example: {
      body: {
        key: 'thumbnails',
        name: 'Thumbnails',
        maxRunning: 10,
        definition: {
          schemaVersion: 1,
          nodes: [
            {
              key: 'resize',
              type: 'task',
              work: 'resize-image',
              input: { url: '{{ input.url }}' },
            },
          ],
          edges: [],
        },
      },
    },
    does: (ctx, { body }) => createWorkflow(ctx, body),
  }),
  route({
    id: 'getWorkflow',
    method: 'get',
    path: '/workflows/{key}',
    tag,
    scope: 'read',
    summary: 'Get a workflow',
    answer: workflow,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' } },
    does: (ctx, { params }) => getWorkflow(ctx, { key: param(params, 'key') }),
  }),
  route({
    id: 'changeWorkflow',
    method: 'patch',
    path: '/workflows/{key}',
    tag,
    scope: 'workflows:write',
    summary: 'Change the settings of a workflow',
    description:
      'What is not named stays. `enabled: false` stops the admission of instances; running ones finish.',
    body: changeWorkflowInput,
    answer: workflow,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' }, body: { maxRunning: 20, order: 'fifo' } },
    does: (ctx, { params, body }) => changeWorkflow(ctx, { ...body, key: param(params, 'key') }),
  }),
  route({
    id: 'deleteWorkflow',
    method: 'delete',
    path: '/workflows/{key}',
    tag,
    scope: 'workflows:write',
    summary: 'Delete a workflow',
    description: 'With its draft and versions. Refused while it has instances.',
    status: 204,
    refusals: ['not_found', 'conflict'],
    does: (ctx, { params }) => withoutBody(deleteWorkflow(ctx, { key: param(params, 'key') })),
  }),
  route({
    id: 'importWorkflow',
    method: 'post',
    path: '/workflows/import',
    tag,
    scope: 'workflows:write',
    summary: 'Import a workflow',
    description:
      'Makes the workflow, its draft, and the works that it names where they are missing. A workflow that is there already gets the draft, unless it has one. All or nothing; `notCarried` lists what has no counterpart here, by JSON Pointer into the document. A `document` may be JSON or a text of JSON or YAML. The tables of docs/import.md say what becomes of what.',
    body: importWorkflowInput,
    namesOnce: true,
    status: 201,
    answer: imported,
    refusals: ['conflict', 'invalid_definition'],
    example: {
      body: {
        format: 'termite',
        key: 'encode-video',
        document: {
          works: ['video_encode_submit_task', 'video_encode_trace_task'],
          dags: {
            video_encode_trace_task: {
              dependences: ['video_encode_submit_task'],
              trigger_rule: 'all_success',
            },
          },
          max_scheduler_count: 10,
          scheduler_mode: 'fifo',
        },
        publish: true,
      },
    },
    does: (ctx, { body }) => importWorkflow(ctx, body),
  }),
  route({
    id: 'exportWorkflow',
    method: 'get',
    path: '/workflows/{key}/export',
    tag,
    scope: 'read',
    summary: 'Export a workflow',
    description:
      'Its settings and one of its definitions as a document that [importWorkflow](#importWorkflow) takes: importing it and exporting that again gives the same bytes. `format=yaml` answers YAML 1.2.',
    query: exportWorkflowInput,
    answer: exportedWorkflow,
    alsoAs: ['application/yaml'],
    responseHeaders: { 'Content-Disposition': 'names the file to keep it in' },
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' }, query: 'format=json&version=1' },
    does: async (ctx, { params, query }) => {
      const key = param(params, 'key');
      const exported = await exportWorkflow(ctx, { ...query, key });

      return isRefusal(exported)
        ? exported
        : new Response(exported.text, {
            headers: {
              'content-type': `application/${exported.format}`,
              'content-disposition': `attachment; filename="${key}.${exported.format}"`,
            },
          });
    },
  }),
];
