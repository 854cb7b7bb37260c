import * as z from 'zod';
import { json } from '#engine/json.ts';
import { isRefusal, refuse } from '#operations/refusal.ts';
import { claimInput, claimTasks } from '#operations/tasks/claim.ts';
import { MOST_REPORTS, report, reportBatch, type ReportAnswer } from '#operations/tasks/reports.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import { eachItem } from '../items.ts';
import { parseBody } from '../parse.ts';
import { param, route } from '../route.ts';
import { claimedTask, reportAccepted, reportResult } from '../schemas.ts';

const tag = 'Workers';

/** A report whose token stands in the path, for the reference. */
const reportInPath = z.union(
  report.options.map(({ shape: { token: _token, ...shape } }) => z.strictObject(shape)),
);

/** `publicUrl`: how workers reach us, where a proxy stands in front; null: as this request did. */
export function workerRoutes(publicUrl: string | null) {
  return [
    route({
      id: 'claimTasks',
      method: 'post',
      path: '/tasks/claim',
      tag,
      scope: 'tasks:report',
      summary: 'Claim tasks',
      description:
        'Long poll: answers as soon as there is a task of one of the works, or with none after `waitSeconds`. The highest priority first, then the older instance. A claim is also the start, unless the work says `startReport`.',
      body: claimInput,
      answer: z.object({ tasks: z.array(claimedTask) }),
      example: {
        body: { works: ['image.probe', 'image.tile'], max: 10, waitSeconds: 0, worker: 'rack-3' },
      },
      does: async (ctx, { body, signal, url }) => {
        const claimed = await claimTasks(ctx, body, body.waitSeconds ? signal() : undefined);
        if (isRefusal(claimed)) {
          return claimed;
        }
        const base = `${new URL(publicUrl ?? url).origin}/api/v1/reports/`;
        return { tasks: claimed.tasks.map((task) => ({ ...task, reportUrl: base + task.token })) };
      },
    }),
    route({
      id: 'reportTasks',
      method: 'post',
      path: '/reports',
      tag,
      scope: 'tasks:report',
      summary: 'Report on up to 1,000 attempts',
      description:
        'Answers item by item, in their order. The same report again is answered as the first was; a report on an attempt that is no longer live is refused with `stale_attempt` and changes nothing.',
      batch: true,
      body: z.strictObject({ reports: z.array(json).min(1).max(MOST_REPORTS) }),
      bodyShown: reportBatch,
      answer: z.object({ results: z.array(reportResult) }),
      example: {
        body: { reports: [{ token: '{token}', type: 'heartbeat', progress: 0.5 }] },
      },
      does: (ctx, { body }) =>
        eachItem(report, body.reports, async (reports) => ({
          results: await reportTasks(ctx, reports),
        })),
    }),
    route({
      id: 'reportTask',
      method: 'post',
      path: '/reports/{token}',
      tag,
      scope: null,
      summary: 'Report on one attempt',
      description:
        'The token in the path is all the right that is needed: it names one attempt and dies with it. The body is a report without its `token`.',
      batch: true,
      body: json,
      bodyShown: reportInPath,
      answer: reportAccepted,
      refusals: ['not_found', 'stale_attempt'],
      example: { params: { token: '{token}' }, body: { type: 'finish', output: { pixels: 64 } } },
      does: async (ctx, { params, body }) => {
        const token = param(params, 'token');
        const read = parseBody(report, withToken(body, token));
        if (!read.ok) {
          return read.refusal;
        }
        const [answer] = await reportTasks(ctx, [read.value]);
        if (answer === undefined) {
          throw new Error('one report was made and none was answered');
        }
        return answer.ok ? answer : refusalOf(answer);
      },
    }),
  ];
}

function withToken(body: unknown, token: string): unknown {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? { ...body, token }
    : body;
}

/** A path whose token is none names nothing that we have. */
function refusalOf({ code, message, cancelled }: Extract<ReportAnswer, { ok: false }>) {
  return code === 'stale_attempt'
    ? refuse('stale_attempt', message, cancelled === undefined ? {} : { facts: { cancelled } })
    : refuse('not_found', message);
}
