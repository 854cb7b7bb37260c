/**
 * `notify` nodes: a signed message to a URL, which only has to be taken.
 *
 *     {"type": "order.shipped", "timestamp": "…", "data": {"instanceId", "workflow", "version", "objectId", "task", "data": …}}
 */
import { createHash } from 'node:crypto';
import { type Call, callRequest, judgeCall, showCall } from '#delivery/call.ts';
import { notifyRequest, renderCall, type RequestTemplate } from '#delivery/http_node.ts';
import type { PumpPort } from '#delivery/pump.ts';
import { type Sign, signatureHeaders, signWith } from '#delivery/signature.ts';
import type { Scope } from '#engine/expression/scope.ts';
import { INTERNAL_WORKS, type PlanNotify } from '#engine/plan.ts';
import type { Context } from '#operations/context.ts';
import { claimInternal, type InternalTask } from '#operations/tasks/internal.ts';
import { loadScopes } from '#operations/tasks/internal_scope.ts';
import { writeToken } from '#operations/tasks/token.ts';
import { ensureSecrets } from '#operations/works/ensure_secrets.ts';
import {
  internalPort,
  type Executor,
  type InternalVerdict,
  type RequestTools,
} from './executor.ts';
import { failed, undelivered } from './http_task.ts';

const WORK = INTERNAL_WORKS.notify;
const USUAL_EVENT = 'workflow.notification';

type Message = InternalTask & {
  readonly notify: PlanNotify;
  readonly request: RequestTemplate;
  readonly scope: Scope;
  readonly sign: Sign;
};

export const runNotify: Executor = (ctx, tools) => {
  const port: PumpPort<Message, InternalVerdict> = {
    ...internalPort(ctx),
    run: (task) => notify(ctx, tools, task),
    claim: async (max) =>
      describe(ctx, await claimInternal(ctx, { work: WORK, max, worker: tools.worker })),
  };

  return [tools.pump(port, tools.httpConcurrency)];
};

/** The secret is read with every batch: it may have been rotated. */
async function describe(ctx: Context, tasks: readonly InternalTask[]): Promise<Message[]> {
  if (tasks.length === 0) return [];

  const sign = signWith(await ensureSecrets(ctx, WORK));
  const known = tasks.flatMap((task) =>
    task.plan.type === 'notify'
      ? [{ ...task, notify: task.plan.notify, request: requestOf(task.plan.notify) }]
      : [],
  );
  const scopes = await loadScopes(
    ctx,
    known.map((task) => ({ task, references: task.request.template.references })),
  );

  return known.flatMap((task, place) => {
    const scope = scopes[place];
    return scope === undefined ? [] : [{ ...task, scope, sign }];
  });
}

const requests = new WeakMap<PlanNotify, RequestTemplate>();

function requestOf(plan: PlanNotify): RequestTemplate {
  const request = requests.get(plan) ?? notifyRequest(plan);
  requests.set(plan, request);

  return request;
}

async function notify(
  { clock }: Context,
  { outbound }: RequestTools,
  task: Message,
): Promise<InternalVerdict> {
  const { key, scope } = task;
  const call = renderCall(task.request, scope);
  if (!call.ok) return failed(task, { code: 'expression', message: call.message });

  const message = messageOf(task, call.value, clock());
  const input = showCall(message, []);
  const verdict = judgeCall(await outbound.send(signed(task, message, clock())), clock());

  switch (verdict.type) {
    case 'stopped':
      return { type: 'cut_off' };
    case 'unreachable':
    case 'refused':
    case 'impossible':
      return failed(task, { ...undelivered(verdict), input });
    case 'answered': {
      const output = { status: verdict.answer.status };
      return { type: 'ended', end: { key, input, outcome: 'succeeded', output } };
    }
  }
}

function messageOf({ key, plan, scope, notify: said }: Message, call: Call, now: Date): Call {
  return {
    ...call,
    body: {
      type: said.event ?? USUAL_EVENT,
      timestamp: now.toISOString(),
      data: {
        instanceId: key.instanceId,
        workflow: scope.instance.workflow,
        version: scope.instance.version,
        objectId: scope.object.id,
        task: plan.key,
        data: call.body ?? null,
      },
    },
  };
}

/** As Standard Webhooks says; the id is the same for every request of one attempt. */
function signed({ key, sign }: Message, call: Call, now: Date) {
  const request = callRequest(call);
  const digest = createHash('sha256').update(writeToken(key)).digest('hex');
  const body = request.body ?? Buffer.alloc(0);

  return {
    ...request,
    headers: [
      ...request.headers,
      ...signatureHeaders(sign, `msg_${digest.slice(0, 32)}`, now, body),
    ],
  };
}
