/** What the requests of `http` nodes have in common. */
import type { Scope } from '#engine/expression/scope.ts';
import type { Json } from '#engine/json.ts';
import { httpProgram, type HttpProgram, renderTemplate } from '#delivery/http_node.ts';
import type { Context } from '#operations/context.ts';
import type { InternalEnd, InternalTask } from '#operations/tasks/internal.ts';
import { loadScopes } from '#operations/tasks/internal_scope.ts';
import { writeToken } from '#operations/tasks/token.ts';
import type { Ended, RequestTools } from './executor.ts';

export type HttpTask = InternalTask & { readonly http: HttpProgram; readonly scope: Scope };

/** Tasks with what their requests of a kind may read. A node of another type has no service: only a moved version could have one. */
export async function scoped<Task extends InternalTask>(
  ctx: Context,
  { publicUrl }: Pick<RequestTools, 'publicUrl'>,
  tasks: readonly Task[],
  kind: keyof HttpProgram['reads'],
): Promise<(Task & HttpTask)[]> {
  const known = tasks.flatMap((task) =>
    task.plan.type === 'http' ? [{ ...task, http: httpProgram(task.plan.http) }] : [],
  );
  const scopes = await loadScopes(
    ctx,
    known.map((task) => ({ task, references: task.http.reads[kind] })),
  );

  return known.flatMap((task, place) => {
    const scope = scopes[place];
    const { key } = task;
    const reportUrl = `${publicUrl}/api/v1/reports/${writeToken(key)}`;

    return scope === undefined
      ? []
      : [{ ...task, scope: { ...scope, attempt: key.attempt, reportUrl } }];
  });
}

/** The service has done it: the output is what the node says, or what the service said last. */
export function succeeded(task: HttpTask, input?: Json): Ended {
  const { key, http, scope } = task;
  const output =
    http.output === null
      ? { ok: true as const, value: scope.response?.body ?? null }
      : renderTemplate(http.output, scope);
  const seen = input === undefined ? {} : { input };

  return output.ok
    ? { type: 'ended', end: { key, ...seen, outcome: 'succeeded', output: output.value } }
    : failed(task, { code: 'expression', message: output.message, ...seen });
}

export type Failure = Omit<
  Extract<InternalEnd, { outcome: 'failed' }>,
  'key' | 'outcome' | 'retryable'
> & {
  readonly retryable?: boolean;
};

export function failed({ key }: InternalTask, failure: Failure): Ended {
  return { type: 'ended', end: { key, outcome: 'failed', retryable: false, ...failure } };
}

/** A service that could not be reached may be reached later; one that refused would refuse again. */
export function undelivered(
  verdict:
    | { readonly type: 'unreachable'; readonly message: string; readonly retryAfterMs: number }
    | { readonly type: 'refused' | 'impossible'; readonly message: string },
): Failure {
  const { message } = verdict;
  const code = 'delivery_failed';

  return verdict.type === 'unreachable'
    ? { code, message, retryable: true, retryAfterMs: verdict.retryAfterMs }
    : { code, message, retryable: false };
}
