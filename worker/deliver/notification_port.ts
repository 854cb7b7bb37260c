import { createHealthGate } from '#delivery/health_gate.ts';
import type { Outbound } from '#delivery/http.ts';
import {
  healthOfMessage,
  judgeMessage,
  messageRequest,
  showAnswer,
  showRequest,
} from '#delivery/notification.ts';
import type { PumpPort } from '#delivery/pump.ts';
import { signWith } from '#delivery/signature.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import type { Context } from '#operations/context.ts';
import {
  claimNotifications,
  settleNotifications,
  type DueNotification,
  type SettledTry,
  type SettleOptions,
} from '#operations/notifications/send.ts';

export type NotificationPortOptions = SettleOptions & {
  readonly target: string;
  /** To endpoints, which people who may draw workflows have set up. */
  readonly outbound: Outbound;
  /** To URLs that came with instances: whoever may start one has named them, so private networks are closed. */
  readonly outboundOfInstances: Outbound;
  /** How people reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  readonly random?: () => number;
};

/** What a pump does for one receiver of notifications. */
export function notificationPort(
  ctx: Context,
  options: NotificationPortOptions,
): PumpPort<DueNotification, SettledTry> {
  const { target, publicUrl, outbound, outboundOfInstances, random = Math.random } = options;
  const { clock, log } = ctx;
  const gate = createHealthGate(log);
  let url: string | null = null;

  return {
    gate,

    async claim(max) {
      const due = await claimNotifications(ctx, { target, max });
      const endpoint = due.find(({ endpointId }) => endpointId !== null);

      // What is known of the old address says nothing of the new one.
      if (endpoint !== undefined && endpoint.url !== url) {
        ({ url } = endpoint);
        gate.forget();
      }
      return due;
    },

    async run(notification) {
      const message = { ...notification, data: addressed(notification, publicUrl) };
      const at = clock();
      const begun = performance.now();
      const request = messageRequest(message, signWith(notification.secrets), at);

      gate.sent();
      const client = notification.endpointId === null ? outboundOfInstances : outbound;
      const answer = await client.send(request);
      const now = clock();
      gate.ended(healthOfMessage(answer, now), answer, now, { receiver: target });

      return {
        notification,
        tried: judgeMessage(answer, notification.tries, now, random()),
        at,
        durationMs: Math.round(performance.now() - begun),
        status: answer.status,
        request: showRequest(request),
        response: showAnswer(answer),
      };
    },

    async settle(settled) {
      await settleNotifications(
        ctx,
        settled.map(({ verdict }) => verdict),
        options,
      );
      // What is to be tried again is due later, and the sweep sees to it. What was cut off is due now, for somebody else.
      return settled.some(({ verdict }) => verdict.tried.type === 'cut_off');
    },
  };
}

/** With the address of the page that shows it, and of the output if that is too large to be sent. */
function addressed({ instanceId, data }: DueNotification, publicUrl: string): JsonObject {
  if (instanceId === null) return data;

  const output = data['output'];

  return {
    ...data,
    ...(output === undefined ? {} : { output: reference(output, instanceId, publicUrl) }),
    url: `${publicUrl}/instances/${instanceId}`,
  };
}

function reference(output: Json, instanceId: string, publicUrl: string): Json {
  const path = `/api/v1/instances/${instanceId}`;

  return JSON.stringify(output) === JSON.stringify({ $ref: path })
    ? { $ref: publicUrl + path }
    : output;
}
