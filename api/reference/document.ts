/** Writes the routes into an OpenAPI 3.1 document. What routes check and what this says are the same schemas. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { definition } from '#engine/definition.ts';
import { SCOPES } from '#operations/context.ts';
import { apiProblem, PROBLEMS, type ProblemCode } from '../problem.ts';
import type { Route, Tag } from '../route.ts';
import { fillPlaceholders, SHOWN } from './placeholders.ts';
import { toJsonSchema, type Components, type JsonSchema } from './json_schema.ts';
import { INTRODUCTION, TAGS } from './texts.ts';

export const BASE_PATH = '/api/v1';

export type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

type RouteConfig = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];

type Response = { description: string; headers?: JsonSchema; content?: JsonSchema };

/** Adds every route to the registry of the app, and answers the document that the app writes from it. */
export function writeDocument(
  app: OpenAPIHono,
  routes: readonly Route[],
  version: string,
): Document {
  const components: Components = new Map();
  const registry = app.openAPIRegistry;

  for (const route of routes) {
    registry.registerPath(
      asRouteConfig({
        ...described(route),
        method: route.method,
        path: `${BASE_PATH}${route.path}`,
        parameters: parametersOf(route, components),
        ...(route.raw && { requestBody: { content: { '*/*': { schema: {} } } } }),
        ...(route.body && { requestBody: requestBodyOf(route, components) }),
        responses: responsesOf(route, components),
      }),
    );
  }
  toJsonSchema(apiProblem, 'output', components);
  components.set('Definition', toJsonSchema(definition, 'input', components));
  for (const [id, schema] of [...components].toSorted(([one], [other]) =>
    one.localeCompare(other),
  )) {
    registry.registerComponent('schemas', id, schema);
  }
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: `An API key, \`lwk_…\`. Scopes: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}; \`admin\` includes all others.`,
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'next-auth.session-token',
    description: 'Of a person who signed in. Writes must come from a page of the same origin.',
  });

  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Latchwork',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'this installation' }],
    tags: Object.entries<string>(TAGS satisfies Record<Tag, string>).map(([name, description]) => ({
      name,
      description,
    })),
  });
}

/** Guarantee: OpenAPI 3.1, though written as plain objects; document.test.ts holds the whole against its schema. */
function asRouteConfig(written: JsonSchema): RouteConfig {
  return written as unknown as RouteConfig;
}

function described(route: Route): JsonSchema {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    // In OpenAPI 3.1 the scopes of a scheme that is not OAuth are the roles it needs.
    security: route.scope === null ? [] : [{ apiKey: [route.scope] }, { session: [route.scope] }],
  };
}

function parametersOf(route: Route, components: Components): JsonSchema[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...exampleOf(route.example?.params?.[name]),
  }));
  const inHeader = Object.entries(route.requestHeaders ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));

  return [...inPath, ...queryOf(route, components), ...inHeader];
}

function queryOf({ query, example }: Route, components: Components): JsonSchema[] {
  const examples = new URLSearchParams(example?.query);
  const { properties = {}, required = [] } = (
    query ? toJsonSchema(query, 'input', components) : {}
  ) as { properties?: Record<string, JsonSchema>; required?: string[] };

  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
    ...exampleOf(examples.get(name) ?? undefined),
  }));
}

function exampleOf(example: unknown): { example?: unknown } {
  return example === undefined ? {} : { example: fillPlaceholders(example, SHOWN) };
}

function requestBodyOf(route: Route, components: Components): JsonSchema {
  const shown = route.bodyShown ?? route.body ?? z.unknown();

  return {
    required: route.optionalBody !== true,
    content: {
      'application/json': {
        schema: toJsonSchema(shown, 'input', components),
        ...exampleOf(route.example?.body),
      },
    },
  };
}

function responsesOf(route: Route, components: Components): Record<string, Response> {
  const success: Response = {
    description: route.status === 204 ? 'Done.' : route.status === 201 ? 'Made.' : 'The answer.',
    ...headersOf(route),
    ...contentOf(route, components),
  };
  const responses: Record<string, Response> = { [route.status ?? 200]: success };

  for (const [status, description] of Object.entries(route.alsoStatus ?? {})) {
    responses[status] = { ...success, description };
  }
  for (const [status, codes] of Map.groupBy(problemsOf(route), (code) => PROBLEMS[code].status)) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
      content: {
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    };
  }
  return responses;
}

function headersOf({ responseHeaders }: Route): { headers?: JsonSchema } {
  return responseHeaders
    ? {
        headers: Object.fromEntries(
          Object.entries(responseHeaders).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      }
    : {};
}

function contentOf(
  { answer, streams, alsoAs = [] }: Route,
  components: Components,
): { content?: JsonSchema } {
  if (streams !== undefined) {
    return { content: { [streams]: { schema: { type: 'string' } } } };
  }
  if (!answer) {
    return {};
  }
  const content = { schema: toJsonSchema(answer, 'output', components) };
  return {
    content: Object.fromEntries(['application/json', ...alsoAs].map((type) => [type, content])),
  };
}

/** The refusals of a route: its own, and those that come with having a key, a body or a query. */
export function problemsOf(route: Route): ProblemCode[] {
  return [
    ...new Set<ProblemCode>([
      ...(route.body
        ? (['malformed_json', 'body_too_large', 'unsupported_media_type'] as const)
        : []),
      ...(route.raw ? (['body_too_large'] as const) : []),
      ...(route.body || route.query ? (['invalid_request'] as const) : []),
      ...(route.scope === null ? [] : (['unauthorized', 'forbidden'] as const)),
      ...(route.refusals ?? []),
      'internal',
    ]),
  ];
}
