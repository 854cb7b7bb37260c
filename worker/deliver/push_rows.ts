import type { Pushed, PushRows } from '#delivery/push_port.ts';
import type { Context } from '#operations/context.ts';
import {
  claimForPush,
  failDeliveries,
  recordDeliveries,
  type Delivery,
  type Undeliverable,
} from '#operations/tasks/push.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import type { Report } from '#operations/tasks/reports.ts';

export type RowsOptions = {
  readonly work: string;
  /** How workers reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** Who hands out, as people see it in the trace. */
  readonly worker: string;
};

/** Joins the pump of a work, which knows HTTP, to the operations, which know the rows. */
export function pushRows(ctx: Context, { work, publicUrl, worker }: RowsOptions): PushRows {
  return {
    async claim(max) {
      const claimed = await claimForPush(ctx, { work, max, worker });

      return (
        claimed && {
          work: claimed.work,
          tasks: claimed.tasks.map((task) => ({
            ...task,
            // `startBy` of a push is the lease of its delivery, which is no concern of the endpoint.
            deadlines: { ...task.deadlines, startBy: null },
            reportUrl: `${publicUrl}/api/v1/reports/${task.token}`,
          })),
        }
      );
    },

    async settle(settled) {
      const { reports, deliveries, failures } = sort(settled);

      // The answers to the reports need no look: one on an attempt that is not live any more lost a race, and that is all.
      await Promise.all([
        reportTasks(ctx, reports),
        recordDeliveries(ctx, deliveries),
        failDeliveries(ctx, failures),
      ]);
    },
  };
}

type Sorted = {
  readonly reports: Report[];
  readonly deliveries: Delivery[];
  readonly failures: Undeliverable[];
};

/** A result that came as an answer goes the way of every report. */
function sort(settled: readonly Pushed[]): Sorted {
  const sorted: Sorted = { reports: [], deliveries: [], failures: [] };

  for (const { task, verdict } of settled) {
    const { token } = task;

    switch (verdict.type) {
      case 'succeeded':
        sorted.reports.push({
          token,
          type: 'finish',
          output: verdict.output,
          ...(verdict.context === null ? {} : { context: verdict.context }),
        });
        break;
      case 'failed':
        sorted.reports.push({
          token,
          type: 'fail',
          message: verdict.message,
          retryable: verdict.retryable,
          ...(verdict.code === null ? {} : { code: verdict.code }),
          ...(verdict.details === null ? {} : { details: verdict.details }),
        });
        break;
      case 'rejected':
        sorted.reports.push({ token, type: 'reject', reason: verdict.reason });
        break;
      case 'accepted':
        sorted.deliveries.push({ token, verdict: 'accepted' });
        break;
      case 'retry':
        sorted.deliveries.push({
          token,
          verdict: 'retry',
          afterMs: verdict.afterMs,
          failure: { message: verdict.reason, status: verdict.status },
        });
        break;
      case 'undeliverable':
        sorted.failures.push({ token, message: verdict.message, retryable: verdict.retryable });
    }
  }

  return sorted;
}
