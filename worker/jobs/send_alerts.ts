import { recordSent, takeMessages, type Sent } from '#operations/alerts/outbox.ts';
import type { Jobs } from '#db/jobs.ts';
import { systemContext, type JobContext } from '../job.ts';

export type SendAlertsContext = Pick<JobContext, 'db' | 'clock' | 'log' | 'alertSender'>;

/** Sends what is due to a channel: take, send, record. Whatever is left then has a wake-up of its own. */
export async function sendAlerts(
  job: SendAlertsContext,
  payload: Jobs['sendAlerts'],
): Promise<void> {
  const ctx = systemContext(job, payload);
  const taken = await takeMessages(ctx, payload);

  if (taken === null) {
    return;
  }
  const sent = await Promise.all(
    taken.messages.map(async ({ id, content }): Promise<Sent> => {
      const { verdict, request, answer } = await job.alertSender.send(taken.target, content, id);
      return { id, verdict, request, answer, result: verdict.result };
    }),
  );
  await recordSent(ctx, { channelId: payload.channelId, sent });

  for (const { verdict, result } of sent) {
    if (verdict.type === 'failed') {
      job.log.warn({ channelId: payload.channelId, result }, 'An alert could not be sent');
    }
  }
}
