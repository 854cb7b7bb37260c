import { evaluateAlerts } from '#operations/alerts/evaluate.ts';
import { systemContext, type Job } from '../job.ts';

/** Looks at what rules ask about. */
export const alert: Job<'alert'> = async (ctx) => {
  const { publicUrl } = ctx;
  const counts = await evaluateAlerts(systemContext(ctx), { publicUrl });

  if (counts && counts.fired + counts.resolved + counts.messages > 0) {
    ctx.log.info(counts, 'alerts');
  }
};
