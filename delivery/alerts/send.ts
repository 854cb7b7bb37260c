/** One message to one channel, whatever its kind: rendered, sent through the guarded client, its answer judged. */
import type { AlertMessage, ChannelTarget } from '#engine/alert/channel.ts';
import type { Json } from '#engine/json.ts';
import type { Outbound, OutboundAnswer } from '../http.ts';
import { dingtalk } from './dingtalk.ts';
import { renderMail, type Mailer } from './email.ts';
import { feishu } from './feishu.ts';
import { judge, type AlertVerdict, type AnswerCodes } from './judge.ts';
import type { Rendered } from './robot.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

export type AlertSending = {
  readonly verdict: AlertVerdict;
  /** What was sent, without what opens doors. */
  readonly request: Json;
  /** What came back, as it came; null: nothing did. */
  readonly answer: string | null;
};

export type AlertSender = {
  readonly send: (
    target: ChannelTarget,
    message: AlertMessage,
    id: string,
  ) => Promise<AlertSending>;
};

export type AlertSenderOptions = {
  readonly outbound: Outbound;
  readonly mailer: Mailer;
  readonly clock: () => Date;
};

/** An answer is a line or two; what is longer is not kept. */
const LONGEST_ANSWER = 4_000;
const LIMITS = { totalMs: 15_000, maxResponseBytes: 64 * 1024 };

export function createAlertSender({ outbound, mailer, clock }: AlertSenderOptions): AlertSender {
  async function post(
    { url, body, headers = [] }: Rendered,
    codes: AnswerCodes | null,
  ): Promise<AlertSending> {
    const answer = await outbound.send({
      method: 'POST',
      url,
      headers: [
        'content-type',
        'application/json; charset=utf-8',
        'user-agent',
        'Latchwork',
        ...headers,
      ],
      body: Buffer.from(body),
      limits: LIMITS,
    });
    return {
      verdict: judge(answer, codes, clock()),
      request: { url: `${URL.parse(url)?.origin ?? ''}/…`, body: withoutSignature(body) },
      answer: answerText(answer),
    };
  }

  return {
    async send(target, message, id) {
      const sending = { id, now: clock() };

      switch (target.kind) {
        case 'dingtalk':
          return post(dingtalk.render(target.settings, message, sending), dingtalk.codes);
        case 'feishu':
          return post(feishu.render(target.settings, message, sending), feishu.codes);
        case 'wecom':
          return post(wecom.render(target.settings, message, sending), wecom.codes);
        case 'slack':
          return post(slack.render(target.settings, message, sending), slack.codes);
        case 'webhook':
          return post(webhook.render(target.settings, message, sending), webhook.codes);
        case 'email': {
          const mail = renderMail(target.settings, message);
          const sent = await mailer.send(target.settings, mail, id);
          const { host, port } = target.settings;
          return { ...sent, request: { server: `${host}:${port}`, ...mail, to: [...mail.to] } };
        }
      }
    },
  };
}

/** Feishu's stands in the body. */
function withoutSignature(body: string): Json {
  const read = JSON.parse(body) as { [name: string]: Json };
  return 'sign' in read ? { ...read, sign: '(hidden)' } : read;
}

function answerText(answer: OutboundAnswer): string | null {
  if (!answer.ok) {
    return null;
  }
  const text = answer.body.toString().slice(0, LONGEST_ANSWER);
  return text === '' ? `HTTP ${answer.status}` : text;
}
