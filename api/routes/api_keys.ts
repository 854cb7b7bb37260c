import { apiKey, newApiKey } from '#operations/apiKeys/api_key.ts';
import { createApiKey, createApiKeyInput } from '#operations/apiKeys/create.ts';
import { listApiKeys, listApiKeysInput } from '#operations/apiKeys/list.ts';
import { revokeApiKey } from '#operations/apiKeys/revoke.ts';
import { pageOf } from '#operations/page.ts';
import { param, route, withoutBody } from '../route.ts';

const tag = 'API keys';

export const apiKeyRoutes = [
  route({
    id: 'listApiKeys',
    method: 'get',
    path: '/api-keys',
    tag,
    scope: 'admin',
    summary: 'List API keys',
    query: listApiKeysInput,
    answer: pageOf(apiKey),
    example: {},
    does: (ctx, { query }) => listApiKeys(ctx, query),
  }),
  route({
    id: 'createApiKey',
    method: 'post',
    path: '/api-keys',
    tag,
    scope: 'admin',
    summary: 'Create an API key',
    description: 'The answer is the only place where the key itself is ever shown.',
    body: createApiKeyInput,
    status: 201,
    answer: newApiKey,
    example: { body: { name: 'encoder, rack 3', scopes: ['tasks:report'] } },
    does: (ctx, { body }) => createApiKey(ctx, body),
  }),
  route({
    id: 'revokeApiKey',
    method: 'delete',
    path: '/api-keys/{id}',
    tag,
    scope: 'admin',
    summary: 'Revoke an API key',
    description: 'For good. It is refused everywhere within five seconds.',
    status: 204,
    refusals: ['not_found'],
    does: (ctx, { params }) => withoutBody(revokeApiKey(ctx, { id: param(params, 'id') })),
  }),
];
