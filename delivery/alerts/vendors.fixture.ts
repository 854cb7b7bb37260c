/** The vendors as their pages describe them: local servers that check what is sent as the vendor does, and answer as it does. */
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { receive, type Received, type Receiver } from '../receiver.fixture.ts';

type Answer = { readonly status: number; readonly body: string };

export type Vendor = Receiver & {
  /** What each request was answered, in their order. */
  readonly answers: Answer[];
  /** The messages that it took, in their order. */
  readonly taken: string[];
};

async function vendor(judge: (request: Received) => Answer): Promise<Vendor> {
  const answers: Answer[] = [];
  const taken: string[] = [];
  const receiver = await receive((request, response: ServerResponse) => {
    const answer = judge(request);
    answers.push(answer);
    if (answer.status === 200 && !/"(errcode|code)":[^0]/.test(answer.body)) {
      taken.push(request.body);
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body);
  });

  return { ...receiver, answers, taken };
}

function ok(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

/** open.dingtalk.com: timestamp (ms) and sign stand in the query, at most an hour off; every answer is a 200. */
export function dingtalkServer(options: {
  readonly secret?: string;
  readonly keyword?: string;
  readonly now: () => number;
}): Promise<Vendor> {
  return vendor(({ path, body, headers }) => {
    const { searchParams } = new URL(path, 'http://robot');
    const refuse = (errmsg: string) => ok({ errcode: 310000, errmsg });
    if (searchParams.get('access_token') !== 'a-token') {
      return ok({ errcode: 300001, errmsg: 'token is not exist' });
    }
    if (!headers['content-type']?.startsWith('application/json')) {
      return ok({ errcode: 43004, errmsg: '无效的HTTP HEADER Content-Type' });
    }
    if (options.secret !== undefined) {
      const timestamp = searchParams.get('timestamp') ?? '';
      if (Math.abs(options.now() - Number(timestamp)) > 3_600_000) {
        return refuse('invalid timestamp');
      }
      const sign = createHmac('sha256', options.secret)
        .update(`${timestamp}\n${options.secret}`, 'utf8')
        .digest('base64');
      if (searchParams.get('sign') !== sign) {
        return refuse('sign not match, more: [https://ding-doc.dingtalk.com/doc]');
      }
    }
    const { msgtype, markdown } = JSON.parse(body) as {
      msgtype: string;
      markdown?: { title: string; text: string };
    };
    if (msgtype !== 'markdown' || !markdown?.title || !markdown.text) {
      return ok({ errcode: 40035, errmsg: '缺少参数 json' });
    }
    if (options.keyword !== undefined && !markdown.text.includes(options.keyword)) {
      return refuse('keywords not in content');
    }
    return ok({ errcode: 0, errmsg: 'ok' });
  });
}

/** open.feishu.cn: timestamp (s) and sign stand in the body, at most an hour off; every answer is a 200. */
export function feishuServer(options: {
  readonly secret: string;
  readonly now: () => number;
}): Promise<Vendor> {
  return vendor(({ body }) => {
    if (Buffer.byteLength(body) > 20 * 1_024) {
      return ok({ code: 9499, msg: 'Bad Request', data: {} });
    }
    const message = JSON.parse(body) as {
      timestamp?: string;
      sign?: string;
      msg_type?: string;
      card?: object;
    };
    const timestamp = message.timestamp ?? '';
    const expected = createHmac('sha256', `${timestamp}\n${options.secret}`)
      .update(Buffer.alloc(0))
      .digest('base64');
    const late = Math.abs(options.now() / 1_000 - Number(timestamp)) > 3_600;
    if (late || message.sign !== expected) {
      return ok({
        code: 19021,
        msg: 'sign match fail or timestamp is not within one hour from current time',
      });
    }
    if (message.msg_type !== 'interactive' || message.card === undefined) {
      return ok({ code: 9499, msg: 'Bad Request', data: {} });
    }
    return ok({ code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success' });
  });
}

/** qyapi.weixin.qq.com: the key is the secret; markdown of 4,096 bytes at most; 20 a minute; every answer is a 200. */
export function wecomServer({ now }: { readonly now: () => number }): Promise<Vendor> {
  const seen: number[] = [];

  return vendor(({ path, body }) => {
    if (new URL(path, 'http://robot').searchParams.get('key') !== 'a-key') {
      return ok({ errcode: 93000, errmsg: 'invalid webhook url, hint: [1]' });
    }
    const { msgtype, markdown } = JSON.parse(body) as {
      msgtype: string;
      markdown: { content: string };
    };
    if (msgtype !== 'markdown' || Buffer.byteLength(markdown.content) > 4_096) {
      return ok({ errcode: 40058, errmsg: 'markdown.content exceed max length 4096' });
    }
    seen.push(now());
    if (seen.filter((at) => at > now() - 60_000).length > 20) {
      return ok({ errcode: 45009, errmsg: 'api freq out of limit' });
    }
    return ok({ errcode: 0, errmsg: 'ok' });
  });
}

/** hooks.slack.com: `ok`, or a status with a word. */
export function slackServer(): Promise<Vendor> {
  return vendor(({ path, body }) => {
    const message = JSON.parse(body) as { text?: string; blocks?: unknown[] };
    if (path !== '/services/T/B/x') {
      return { status: 404, body: 'no_service' };
    }
    return message.text && message.blocks
      ? { status: 200, body: 'ok' }
      : { status: 400, body: 'invalid_payload' };
  });
}
