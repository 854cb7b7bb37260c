/** What workers may say about an attempt, as they say it. */
import * as z from 'zod';
import { json, jsonObject } from '#engine/json.ts';
import { moment } from '../moment.ts';

const text = z.string().max(100_000);
const named = { token: z.string().max(200) };

const startReport = z.strictObject({
  ...named,
  type: z.literal('start'),
  worker: z.string().max(200).optional(),
});

const heartbeatReport = z.strictObject({
  ...named,
  type: z.literal('heartbeat'),
  progress: z.number().min(0).max(1).optional(),
});

const finishReport = z.strictObject({
  ...named,
  type: z.literal('finish'),
  output: json.optional(),
  context: jsonObject.optional().meta({ description: 'RFC 7386 patch of the shared context' }),
});

/** Of failures: whether and when to try again, as far as the retries of the task allow it. */
const again = {
  retryable: z.boolean().optional().meta({ default: true }),
  retryAfterSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .optional()
    .meta({ description: 'no retry earlier than this, whatever the policy says' }),
};

const failReport = z.strictObject({
  ...named,
  type: z.literal('fail'),
  message: text,
  code: z.string().max(200).optional().meta({ description: "the worker's own error code" }),
  details: json.optional(),
  ...again,
});

const raiseReport = z.strictObject({
  ...named,
  type: z.literal('raise'),
  message: text,
  stack: text.optional(),
  ...again,
});

const delayReport = z
  .strictObject({
    ...named,
    type: z.literal('delay'),
    seconds: z.number().min(0).max(31_536_000).optional(),
    until: moment.optional(),
    reason: text.optional(),
  })
  .refine((report) => (report.seconds === undefined) !== (report.until === undefined), {
    message: 'give either seconds or until',
  });

const contextReport = z.strictObject({
  ...named,
  type: z.literal('context'),
  patch: jsonObject,
});

const rejectReport = z.strictObject({
  ...named,
  type: z.literal('reject'),
  reason: text.optional(),
});

export const report = z.discriminatedUnion('type', [
  startReport,
  heartbeatReport,
  finishReport,
  failReport,
  raiseReport,
  delayReport,
  contextReport,
  rejectReport,
]);

export type Report = z.infer<typeof report>;

/** Reports that end their attempt. */
export type EndReport = Extract<Report, { type: 'finish' | 'fail' | 'raise' | 'delay' | 'reject' }>;

export const MOST_REPORTS = 1_000;

export const reportBatch = z.strictObject({ reports: z.array(report).min(1).max(MOST_REPORTS) });

/** The answer to one report. A repeated report is answered as the first one was. */
export type ReportAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: 'stale_attempt' | 'invalid_request';
      readonly message: string;
      /** The task was cancelled: the worker should stop. */
      readonly cancelled?: boolean;
    };
