import { instanceForecast, workflowForecast } from '#operations/forecast/forecast.ts';
import { forecastInstance } from '#operations/forecast/instance.ts';
import { forecastWorkflow, forecastWorkflowInput } from '#operations/forecast/workflow.ts';
import { param, route } from '../route.ts';

export const forecastRoutes = [
  route({
    id: 'forecastWorkflow',
    method: 'get',
    path: '/workflows/{key}/forecast',
    tag: 'Workflows',
    scope: 'read',
    summary: 'Say how long a workflow takes, and when its line is empty',
    description:
      'Averages and percentiles of waiting and running times over the last days, of the whole and of each node, whatever the version. What ended within the last ten seconds may not be counted yet. What is not known is null.',
    query: forecastWorkflowInput,
    answer: workflowForecast,
    refusals: ['not_found'],
    example: { params: { key: 'image-mosaic' }, query: 'days=7' },
    does: (ctx, { params, query }) =>
      forecastWorkflow(ctx, { ...query, key: param(params, 'key') }),
  }),
  route({
    id: 'forecastInstance',
    method: 'get',
    path: '/instances/{id}/forecast',
    tag: 'Instances',
    scope: 'read',
    summary: 'Say when an instance will have ended',
    description:
      'The longest way through what is left of it, with what its nodes took over the last seven days. Null where a node on the way has no record: no number is made up.',
    answer: instanceForecast,
    refusals: ['not_found'],
    example: { params: { id: '{instance}' } },
    does: (ctx, { params }) => forecastInstance(ctx, { id: param(params, 'id') }),
  }),
];
