/**
 * Asking a service how far it is.
 *
 *     status ──> failedWhen holds ─────> failed
 *            ──> succeededWhen holds ──> result, if there is one ──> succeeded
 *            ──> neither ──────────────> again in `everySeconds`
 *
 * A service that cannot be reached is asked again, until the run timeout: it may well be at work. An answer that no condition can read is
 * borne a few times in a row, since proxies say strange things now and then.
 */
import type { PumpPort } from '#delivery/pump.ts';
import { callRequest, type CallVerdict, judgeCall } from '#delivery/call.ts';
import { renderCall, type RequestTemplate, type Rendered, test } from '#delivery/http_node.ts';
import type { HttpAnswer, Scope } from '#engine/expression/scope.ts';
import type { Context } from '#operations/context.ts';
import {
  claimPolls,
  holdPolls,
  type Poll,
  type PollAgain,
  writePolls,
} from '#operations/http/polls.ts';
import { endInternal } from '#operations/tasks/internal.ts';
import type { Ended, RequestTools } from './executor.ts';
import {
  failed,
  type Failure,
  type HttpTask,
  scoped,
  succeeded,
  undelivered,
} from './http_task.ts';

type StatusTask = Poll & HttpTask;

type StatusVerdict = Ended | { readonly type: 'again'; readonly poll: PollAgain };

/** Answers in a row that no condition could read; then the attempt fails. */
const MOST_UNREAD = 5;

export function statusPort(ctx: Context, tools: RequestTools): PumpPort<StatusTask, StatusVerdict> {
  return {
    async claim(max) {
      const polls = await claimPolls(ctx, { max });

      return scoped(ctx, tools, polls, 'status');
    },

    async run(task) {
      const verdict = await ask(ctx, tools, task);

      return verdict.type === 'cut_off'
        ? { type: 'again', poll: again(ctx, task, { afterMs: 0 }) }
        : verdict;
    },

    hold: (tasks) =>
      holdPolls(
        ctx,
        tasks.map(({ key }) => key),
      ),

    async settle(settled) {
      await Promise.all([
        endInternal(
          ctx,
          settled.flatMap(({ verdict }) => (verdict.type === 'ended' ? [verdict.end] : [])),
        ),
        writePolls(
          ctx,
          settled.flatMap(({ verdict }) => (verdict.type === 'again' ? [verdict.poll] : [])),
        ),
      ]);
      return false;
    },
  };
}

async function ask(
  ctx: Context,
  tools: RequestTools,
  task: StatusTask,
): Promise<StatusVerdict | { readonly type: 'cut_off' }> {
  const { submit } = task.remote;
  const { status, result } = task.http;
  const scope = { ...task.scope, submit, response: submit };
  // Only a version that was moved under its attempt no longer asks.
  if (status === null) return givenUp(task, { code: 'error', message: 'it asks no status' });

  const asked = await send(ctx, tools, status, scope);
  if (asked.type === 'stopped') return { type: 'cut_off' };
  if (asked.type === 'unrendered') return givenUp(task, unrendered(asked.message));
  if (asked.type === 'unreachable') {
    return { type: 'again', poll: again(ctx, task, { afterMs: asked.retryAfterMs }) };
  }
  if (asked.type === 'impossible') return givenUp(task, undelivered(asked));

  const seen = { ...scope, response: asked.answer };
  const judged = judge(status, seen, asked.type === 'answered');

  switch (judged.type) {
    case 'unread':
      return unread(ctx, task, judged.message);
    case 'open':
      return asked.type === 'refused'
        ? givenUp(task, undelivered(asked))
        : { type: 'again', poll: again(ctx, task, { answered: true }) };
    case 'failed':
      return failed(task, {
        code: 'error',
        message: `the service says that it failed: ${judged.condition}`,
        details: { ...asked.answer },
        retryable: true,
      });
    case 'succeeded':
      return result === null
        ? succeeded({ ...task, scope: seen })
        : fetchResult(ctx, tools, { ...task, scope: seen }, result);
  }
}

/** A result that cannot be fetched now is fetched later, when the status has been asked once more. */
async function fetchResult(
  ctx: Context,
  tools: RequestTools,
  task: StatusTask,
  result: RequestTemplate,
): Promise<StatusVerdict | { readonly type: 'cut_off' }> {
  const fetched = await send(ctx, tools, result, task.scope);

  switch (fetched.type) {
    case 'stopped':
      return { type: 'cut_off' };
    case 'unrendered':
      return failed(task, unrendered(fetched.message));
    case 'unreachable':
      return { type: 'again', poll: again(ctx, task, { afterMs: fetched.retryAfterMs }) };
    case 'refused':
    case 'impossible':
      return failed(task, undelivered(fetched));
    case 'answered':
      return succeeded({ ...task, scope: { ...task.scope, response: fetched.answer } });
  }
}

type Sent = CallVerdict | { readonly type: 'unrendered'; readonly message: string };

async function send(
  { clock }: Context,
  { outbound }: RequestTools,
  request: RequestTemplate,
  scope: Scope,
): Promise<Sent> {
  const call = renderCall(request, scope);

  return call.ok
    ? judgeCall(await outbound.send(callRequest(call.value)), clock())
    : { type: 'unrendered', message: call.message };
}

type Judged =
  | { readonly type: 'succeeded' | 'open' }
  | { readonly type: 'failed'; readonly condition: string }
  | { readonly type: 'unread'; readonly message: string };

/** A refusal seldom has what conditions look for: one that cannot be read does not hold. */
function judge(
  { failedWhen, succeededWhen }: NonNullable<HttpTask['http']['status']>,
  scope: Scope & { readonly response: HttpAnswer },
  strict: boolean,
): Judged {
  const holds = (answer: Rendered<boolean>): boolean => answer.ok && answer.value;
  const bad = failedWhen === null ? null : test(failedWhen, scope);
  const good = test(succeededWhen, scope);

  if (failedWhen !== null && bad !== null && holds(bad)) {
    return { type: 'failed', condition: failedWhen.source };
  }
  if (holds(good)) return { type: 'succeeded' };

  const unreadable = [bad, good].find((one) => one?.ok === false);

  return strict && unreadable?.ok === false
    ? { type: 'unread', message: unreadable.message }
    : { type: 'open' };
}

function unread(ctx: Context, task: StatusTask, message: string): StatusVerdict {
  const count = (task.remote.unread ?? 0) + 1;

  return count < MOST_UNREAD
    ? { type: 'again', poll: again(ctx, task, { answered: true, unread: count }) }
    : givenUp(task, {
        code: 'expression',
        message: `${message}; so it was with ${MOST_UNREAD} answers in a row`,
      });
}

function again(
  { clock }: Context,
  { key, http, remote }: StatusTask,
  {
    afterMs = 0,
    answered = false,
    unread: count = null,
  }: { readonly afterMs?: number; readonly answered?: boolean; readonly unread?: number | null },
): PollAgain {
  const everyMs = (http.status?.everySeconds ?? 0) * 1_000;
  const at = new Date(clock().getTime() + Math.max(everyMs, afterMs));

  // An answer that was read ends the row of those that were not.
  return { key, at, answered, unread: count ?? (answered && remote.unread ? 0 : null) };
}

function unrendered(message: string): Failure {
  return { code: 'expression', message };
}

/** Nobody will hear of the service again, which may well be at work. */
function givenUp(task: StatusTask, failure: Failure): Ended {
  return failed(task, { ...failure, abandons: true });
}
