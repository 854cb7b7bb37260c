/** The first request of an `http` node. Repeated because a process died, it carries the same Idempotency-Key. */
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { PumpPort, Settled } from '#delivery/pump.ts';
import { callRequest, judgeCall, showCall } from '#delivery/call.ts';
import { renderCall } from '#delivery/http_node.ts';
import type { Context } from '#operations/context.ts';
import { recordSubmitted, type Submitted } from '#operations/http/submitted.ts';
import { claimInternal, type InternalTask } from '#operations/tasks/internal.ts';
import { writeToken } from '#operations/tasks/token.ts';
import { internalPort, type InternalVerdict, type RequestTools } from './executor.ts';
import { failed, type HttpTask, scoped, succeeded, undelivered } from './http_task.ts';

type SubmitVerdict =
  | InternalVerdict
  | { readonly type: 'submitted'; readonly submitted: Submitted };

export function submitPort(ctx: Context, tools: RequestTools): PumpPort<HttpTask, SubmitVerdict> {
  const common = internalPort<HttpTask>(ctx);

  return {
    ...common,

    async claim(max) {
      const { worker } = tools;
      const tasks = await claimInternal(ctx, { work: INTERNAL_WORKS.http, max, worker });

      return scoped(ctx, tools, tasks, 'submit');
    },

    run: (task) => submit(ctx, tools, task),

    async settle(settled) {
      const submitted: Submitted[] = [];
      const rest: Settled<HttpTask, InternalVerdict>[] = [];

      for (const { task, verdict } of settled) {
        if (verdict.type === 'submitted') submitted.push(verdict.submitted);
        else rest.push({ task, verdict });
      }
      await Promise.all([recordSubmitted(ctx, submitted), common.settle(rest)]);

      return false;
    },
  };
}

async function submit(
  { clock }: Context,
  { outbound }: RequestTools,
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
