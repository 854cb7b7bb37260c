/**
 * `http` nodes: Latchwork drives a service that knows nothing of it.
 *
 *     submit ──2xx──> its answer is the result                                    neither `status` nor `callback`
 *                 ──> running; asked for its status until a condition holds       `status`, see http_status.ts
 *                 ──> running; reports to `{{ reportUrl }}` as any worker does    `callback`
 */
import type { Executor } from './executor.ts';
import { statusPort } from './http_status.ts';
import { submitPort } from './http_submit.ts';

/** Each kind of request has a pump of its own: however many services are to be asked, new ones still begin. */
export const runHttp: Executor = (ctx, tools) => [
  tools.pump(submitPort(ctx, tools), tools.httpConcurrency),
  tools.pump(statusPort(ctx, tools), tools.httpConcurrency),
];
