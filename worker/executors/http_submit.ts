/** The first request of an `http` node. Repeated because a process died, it carries the same Idempotency-Key. */
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { PumpPort } from '#delivery/pump.ts';
import { callRequest, judgeCall, showCall } from '#delivery/call.ts';
import { renderCall } from '#delivery/http_node.ts';
import type { Context } from '#operations/context.ts';
import { recordSubmitted, type Submitted } from '#operations/http/submitted.ts';
import {
  claimInternal,
  endInternal,
  holdInternal,
  type InternalTask,
  putBackInternal,
} from '#operations/tasks/internal.ts';
import { writeToken } from '#operations/tasks/token.ts';
import type { InternalVerdict, Tools } from './executor.ts';
import { failed, type HttpTask, scoped, succeeded, undelivered } from './http_task.ts';

type SubmitVerdict =
  | InternalVerdict
  | { readonly type: 'submitted'; readonly submitted: Submitted };

export function submitPort(ctx: Context, tools: Tools): PumpPort<HttpTask, SubmitVerdict> {
  return {
    async claim(max) {
      const { worker } = tools;
      const tasks = await claimInternal(ctx, { work: INTERNAL_WORKS.http, max, worker });

      return scoped(ctx, tools, tasks, 'submit');
    },

    run: (task) => submit(ctx, tools, task),

    hold: (tasks) =>
      holdInternal(
        ctx,
        tasks.map(({ key }) => key),
      ),

    async settle(settled) {
      await Promise.all([
        endInternal(
          ctx,
          settled.flatMap(({ verdict }) => (verdict.type === 'ended' ? [verdict.end] : [])),
        ),
        recordSubmitted(
          ctx,
          settled.flatMap(({ verdict }) =>
            verdict.type === 'submitted' ? [verdict.submitted] : [],
          ),
        ),
        putBackInternal(
          ctx,
          settled.flatMap(({ task, verdict }) => (verdict.type === 'cut_off' ? [task.key] : [])),
        ),
      ]);
      return false;
    },
  };
}

async function submit(
  { clock }: Context,
  { outbound }: Tools,
  task: HttpTask,
): Promise<SubmitVerdict> {
  const { key, http, scope } = task;
  const call = renderCall(http.submit, scope);
  if (!call.ok) return failed(task, { code: 'expression', message: call.message });

  const input = showCall(call.value, [writeToken(key)]);
  const answer = await outbound.send(
    callRequest(call.value, { 'idempotency-key': idempotencyKey(task) }),
  );
  const now = clock();
  const verdict = judgeCall(answer, now);

  switch (verdict.type) {
    case 'stopped':
      return { type: 'cut_off' };
    case 'unreachable':
    case 'refused':
    case 'impossible':
      return failed(task, { ...undelivered(verdict), input });
    case 'answered': {
      if (http.status === null && !http.callback) {
        const answered = { ...scope, submit: verdict.answer, response: verdict.answer };
        return succeeded({ ...task, scope: answered }, input);
      }
      const pollAt =
        http.status === null ? null : new Date(now.getTime() + http.status.everySeconds * 1_000);
      const remote = { submit: verdict.answer };
      return { type: 'submitted', submitted: { key, input, remote, pollAt } };
    }
  }
}

/** The same for every request of one attempt, and for no other. */
function idempotencyKey({ key, plan }: InternalTask): string {
  const segment = key.segment < 0 ? [] : [key.segment];
  return [key.instanceId, plan.key, ...segment, key.attempt].join('_');
}
