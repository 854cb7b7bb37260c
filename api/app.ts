/**
 * The REST API, written once: server.ts serves it in front of Next, and app/api mounts the same app for Next alone. Each route says who
 * may call it, what it takes, what it does and what it answers (routes/); serve.ts does the rest.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Database } from '#db/database.ts';
import type { AddressPolicy } from '#engine/outbound/address.ts';
import { outboundGuards } from '#engine/outbound/target.ts';
import type { Logger } from '#operations/context.ts';
import type { Readiness } from '#operations/health/ready.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createHub } from './live/hub.ts';
import { STREAM_TIMES, type StreamTimes } from './live/stream.ts';
import { problemResponse, refuseEarly } from './problem.ts';
import { BASE_PATH, writeDocument } from './reference/document.ts';
import { renderReference } from './reference/page.ts';
import type { Route } from './route.ts';
import { alertRoutes } from './routes/alerts.ts';
import { apiKeyRoutes } from './routes/api_keys.ts';
import { endpointRoutes } from './routes/endpoints.ts';
import { eventRoutes } from './routes/events.ts';
import { expressionRoutes } from './routes/expressions.ts';
import { forecastRoutes } from './routes/forecast.ts';
import { instanceRoutes } from './routes/instances.ts';
import { moveRoutes } from './routes/moves.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { taskRoutes } from './routes/tasks.ts';
import { triggerRoutes } from './routes/triggers.ts';
import { versionRoutes } from './routes/versions.ts';
import { whyRoutes } from './routes/why.ts';
import { workerRoutes } from './routes/workers.ts';
import { workflowRoutes } from './routes/workflows.ts';
import { workRoutes } from './routes/works.ts';
import { requestIdOf, serve, surprise, type BodyLimits, type Serving } from './serve.ts';

export type ApiDependencies = {
  readonly db: Database;
  readonly log: Logger;
  /** Opens people's session cookies; null: API keys only. */
  readonly sessionSecret: string | null;
  /** How browsers and workers reach us, where a proxy stands in front; null: as each request did. */
  readonly publicUrl: string | null;
  readonly limits: BodyLimits;
  /** What outbound requests may reach: URLs that never can be are refused where they are given. */
  readonly outboundPolicy: AddressPolicy;
  /** For /readyz; absent: there is none (Next alone cannot carry what it looks at). */
  readonly checkReadiness?: () => Promise<Readiness>;
  /** Of this release, for the reference. */
  readonly version: string;
  readonly clock?: () => Date;
  /** Aborts when the process is about to end: long polls answer, streams close. */
  readonly stopping?: AbortSignal;
  readonly streamTimes?: StreamTimes;
};

/** `fetch` for servers, `request` for tests. */
export type Api = Pick<OpenAPIHono, 'fetch' | 'request'>;

export function createApi(deps: ApiDependencies): Api {
  const clock = deps.clock ?? (() => new Date());
  const authenticate = createAuthenticate({ ...deps, clock });
  const outbound = outboundGuards(deps.outboundPolicy);
  const serving: Serving = { ...deps, clock, authenticate, outbound };
  const routes = routesOf(deps);
  const app = new OpenAPIHono();

  for (const route of routes) {
    app.on(route.method, honoPath(route), (c) => serve(serving, route, c.req.raw, c.req.param()));
  }
  mountReference(app, routes, deps.version);
  mountHealth(app, deps);

  app.notFound((c) => notFound(c.req.raw, routes));
  app.onError((error, c) => {
    const requestId = requestIdOf(c.req.raw);
    return problemResponse(surprise(deps.log, error, requestId), requestId);
  });

  return app;
}

function routesOf(deps: ApiDependencies): Route[] {
  return [
    ...workerRoutes(deps.publicUrl),
    ...instanceRoutes,
    ...moveRoutes,
    ...taskRoutes,
    ...whyRoutes,
    ...forecastRoutes,
    ...workflowRoutes,
    ...versionRoutes,
    ...scheduleRoutes,
    ...triggerRoutes,
    ...workRoutes,
    ...alertRoutes(deps.publicUrl),
    ...expressionRoutes,
    ...endpointRoutes,
    ...notificationRoutes,
    ...eventRoutes(createHub(deps), deps.streamTimes ?? STREAM_TIMES, deps.stopping),
    ...apiKeyRoutes,
  ];
}

function honoPath({ path }: Route): string {
  return BASE_PATH + path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Written on the first look: a process that serves workers only never needs them. */
function mountReference(app: OpenAPIHono, routes: readonly Route[], version: string): void {
  let written: { readonly document: string; readonly page: string } | undefined;

  function reference() {
    if (written === undefined) {
      const document = writeDocument(app, routes, version);
      written = { document: JSON.stringify(document), page: renderReference(document) };
    }
    return written;
  }

  app.get(`${BASE_PATH}/openapi.json`, (c) =>
    c.body(reference().document, 200, { 'content-type': 'application/json' }),
  );
  app.get(`${BASE_PATH}/docs`, (c) =>
    c.body(reference().page, 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    }),
  );
}

/** For supervisors and load balancers; no key, no log. */
function mountHealth(app: OpenAPIHono, { checkReadiness }: ApiDependencies): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));

  if (checkReadiness) {
    app.get('/readyz', async (c) => {
      const readiness = await checkReadiness();
      return c.json(readiness, readiness.ready ? 200 : 503);
    });
  }
}

function notFound(request: Request, routes: readonly Route[]): Response {
  const { pathname } = new URL(request.url);
  const allowed = routes
    .filter((route) => patternOf(route).test(pathname))
    .map(({ method }) => method.toUpperCase());

  if (allowed.length === 0) {
    const message = `There is no route ${request.method} ${pathname}. The reference is at ${BASE_PATH}/docs.`;
    return problemResponse(refuseEarly('not_found', message), requestIdOf(request));
  }
  const response = problemResponse(
    refuseEarly(
      'method_not_allowed',
      `${pathname} takes ${allowed.join(', ')}, not ${request.method}.`,
    ),
    requestIdOf(request),
  );
  response.headers.set('allow', allowed.join(', '));
  return response;
}

function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${BASE_PATH}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
