import type { Jobs } from '#db/jobs.ts';
import type { Outbound } from '#delivery/http.ts';
import { cancelRequest } from '#delivery/push.ts';
import { signWith } from '#delivery/signature.ts';
import type { Context } from '#operations/context.ts';
import { findCancelledPush } from '#operations/tasks/cancelled.ts';
import type { Stopped } from './stop.ts';

/** From these answers on the endpoint has heard it, whatever it thinks of it. */
const NOT_HEARD = [408, 425, 429];

/** Tells the endpoint of a pushed work that an attempt is no longer its own. What it reports on it would be refused anyway. */
export async function tellCancelled(
  ctx: Context,
  outbound: Outbound,
  attempt: Jobs['stop'],
): Promise<Stopped> {
  const found = await findCancelledPush(ctx, attempt);
  if (found === null) return 'done';

  const { work, task, token } = found;
  const sign = work.secrets.length === 0 ? null : signWith(work.secrets);
  const answer = await outbound.send(cancelRequest(task, token, work, sign, ctx.clock()));
  const heard = answer.ok
    ? answer.status < 500 && !NOT_HEARD.includes(answer.status)
    : answer.code === 'refused_address' || answer.code === 'bad_url';

  return heard ? 'done' : 'again';
}
