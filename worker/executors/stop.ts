import { callRequest, judgeCall } from '#delivery/call.ts';
import { renderCall } from '#delivery/http_node.ts';
import type { Outbound } from '#delivery/http.ts';
import type { Jobs } from '#db/jobs.ts';
import type { Context } from '#operations/context.ts';
import { findStoppable, recordStop } from '#operations/http/stop.ts';
import { scoped } from './http_task.ts';

/** `again`: the service could not be reached, and may be later. */
export type Stopped = 'done' | 'again';

/**
 * Asks the service of an attempt that has ended to stop, if its node says how. `last`: nobody will try again. Asking twice does no harm
 * that a service should not bear: it may have stopped by itself just before.
 */
export async function stopService(
  ctx: Context,
  tools: { readonly outbound: Outbound; readonly publicUrl: string },
  { attempt, last }: { readonly attempt: Jobs['stop']; readonly last: boolean },
): Promise<Stopped> {
  const found = await findStoppable(ctx, attempt);
  const [task] = found === null ? [] : await scoped(ctx, tools, [found], 'stop');
  const stop = task?.http.stop;
  if (task === undefined || stop === undefined || stop === null) return 'done';

  const { submit } = task.remote;
  const call = renderCall(stop, { ...task.scope, submit, response: submit });
  if (!call.ok) {
    await recordStop(ctx, task, { stopped: false, message: call.message });
    return 'done';
  }
  const verdict = judgeCall(await tools.outbound.send(callRequest(call.value)), ctx.clock());

  switch (verdict.type) {
    case 'stopped':
      return 'again';
    case 'unreachable':
      if (!last) return 'again';
      await recordStop(ctx, task, { stopped: false, message: verdict.message });
      return 'done';
    case 'refused':
    case 'impossible':
      await recordStop(ctx, task, { stopped: false, message: verdict.message });
      return 'done';
    case 'answered':
      await recordStop(ctx, task, {
        stopped: true,
        message: `it answered ${verdict.answer.status}`,
      });
      return 'done';
  }
}
