import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { AlertMessage, ChannelTarget } from '#engine/alert/channel.ts';
import { createOutbound } from '../http.ts';
import { closedPort, receive } from '../receiver.fixture.ts';
import { dingtalk, signDingtalk } from './dingtalk.ts';
import { createMailer } from './email.ts';
import { feishu, signFeishu } from './feishu.ts';
import { createAlertSender } from './send.ts';
import { slack } from './slack.ts';
import { dingtalkServer, feishuServer, slackServer, wecomServer } from './vendors.fixture.ts';
import { wecom } from './wecom.ts';

const NOW = new Date('2026-11-21T08:31:00Z');
const POLICY = { allowPrivate: false, allowLoopback: true, allowHosts: [] };

const MESSAGE: AlertMessage = {
  type: 'fired',
  level: 'critical',
  title: 'An instance of "order" failed',
  lines: ['order-7: task "charge": card declined'],
  url: 'https://latchwork.example/instances/7',
  linkText: 'Open in Latchwork',
  at: ['all', '13800000000', 'li.lei'],
  fingerprint: 'instance_failed:1:order',
};

function sender(policy = POLICY) {
  return createAlertSender({
    outbound: createOutbound({ policy }),
    mailer: createMailer({ policy }),
    clock: () => NOW,
  });
}

const now = () => NOW.getTime();
const rendered = (body: string): ReturnType<typeof JSON.parse> => JSON.parse(body);

/**
 * Worked out once beside this code, with Python, as the pages of the vendors say it; the first is also the one that DingTalk's page prints.
 *
 *     b64 = lambda key, text: base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
 *     urllib.parse.quote_plus(b64('this is secret', '1577262236757\nthis is secret'))
 *     b64('1599360473\ndemo', '')
 */
test('the signatures are those that the vendors describe in their pages', () => {
  expect(encodeURIComponent(signDingtalk('this is secret', 1_577_262_236_757))).toBe(
    'hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D',
  );
  expect(encodeURIComponent(signDingtalk('SEC000000000000000000000', 1_700_000_000_000))).toBe(
    '1zJ%2Fw34EOSVAYr7cu7Vo8LnebmK2%2FGrCgegtr8mQrqM%3D',
  );
  // The key is "timestamp\nsecret", and what is signed is the empty text.
  expect(signFeishu('demo', 1_599_360_473)).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
});

test('the signature of DingTalk stands in the URL, encoded, beside the time in milliseconds', () => {
  const { url } = dingtalk.render(
    {
      url: 'https://oapi.dingtalk.com/robot/send?access_token=a',
      secret: 'this is secret',
      at: [],
    },
    MESSAGE,
    { id: '1', now: new Date(1_577_262_236_757) },
  );
  expect(url).toBe(
    'https://oapi.dingtalk.com/robot/send?access_token=a&timestamp=1577262236757' +
      '&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D',
  );
});

test('the signature of Feishu stands in the body, beside the time in seconds as a text', () => {
  const { body } = feishu.render({ url: 'https://x.example/', secret: 'demo', at: [] }, MESSAGE, {
    id: '1',
    now: new Date(1_599_360_473_999),
  });
  expect(rendered(body)).toMatchObject({
    timestamp: '1599360473',
    sign: 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=',
  });
});

test('DingTalk takes a signed message, and what it refuses it refuses for good', async () => {
  const robot = await dingtalkServer({ secret: 'SECabc', keyword: 'alarm', now });
  const url = `${robot.url}/robot/send?access_token=a-token`;
  const to = (settings: object): ChannelTarget => ({
    kind: 'dingtalk',
    settings: { url, at: [], secret: 'SECabc', keyword: 'alarm', ...settings },
  });

  const sent = await sender().send(to({}), MESSAGE, '1');
  expect(sent).toMatchObject({
    verdict: { type: 'sent' },
    answer: '{"errcode":0,"errmsg":"ok"}',
  });
  // What is kept of the request opens no door.
  expect(JSON.stringify(sent.request)).not.toMatch(/a-token|sign=|SECabc/);

  expect(await sender().send(to({ secret: 'SECother' }), MESSAGE, '2')).toMatchObject({
    verdict: { type: 'failed', final: true, result: expect.stringContaining('310000') as string },
    answer: expect.stringContaining('sign not match') as string,
  });
  expect(await sender().send(to({ keyword: undefined }), MESSAGE, '3')).toMatchObject({
    verdict: { type: 'failed', final: true },
    answer: expect.stringContaining('keywords not in content') as string,
  });
  expect(robot.taken).toHaveLength(1);
});

test('DingTalk is told whom to mention, in the message and beside it', () => {
  const { body } = dingtalk.render({ url: 'https://x.example/', at: [] }, MESSAGE, {
    id: '1',
    now: NOW,
  });
  expect(rendered(body).at).toEqual({
    atMobiles: ['13800000000'],
    atUserIds: ['li.lei'],
    isAtAll: true,
  });
  expect(rendered(body).markdown.text).toContain('@all');
});

test('Feishu takes a signed card, and says in a 200 what is wrong', async () => {
  const robot = await feishuServer({ secret: 'demo', now });
  const to = (secret: string): ChannelTarget => ({
    kind: 'feishu',
    settings: { url: `${robot.url}/open-apis/bot/v2/hook/x`, secret, at: ['all'] },
  });

  expect((await sender().send(to('demo'), MESSAGE, '1')).verdict.type).toBe('sent');
  const refused = await sender().send(to('other'), MESSAGE, '2');
  expect(refused.verdict).toMatchObject({ type: 'failed', final: true });
  expect(refused.answer).toContain('19021');
  expect(JSON.stringify(refused.request)).toContain('(hidden)');
});

test('WeCom takes 4,096 bytes and no more, whatever the letters', async () => {
  const robot = await wecomServer({ now });
  const target: ChannelTarget = {
    kind: 'wecom',
    settings: { url: `${robot.url}/cgi-bin/webhook/send?key=a-key`, at: ['li.lei'] },
  };
  const lines = Array.from({ length: 60 }, () => '失败'.repeat(200));

  expect((await sender().send(target, { ...MESSAGE, lines }, '1')).verdict.type).toBe('sent');
  const [body = ''] = robot.taken;
  expect(rendered(body).markdown.content).toContain('…');
  expect(rendered(body).markdown.content).toContain('<@li.lei>');
});

test('Feishu takes 20 KB and no more', async () => {
  const robot = await feishuServer({ secret: 'demo', now });
  const target: ChannelTarget = {
    kind: 'feishu',
    settings: { url: robot.url, secret: 'demo', at: [] },
  };
  const lines = Array.from({ length: 100 }, () => '失败'.repeat(200));

  expect((await sender().send(target, { ...MESSAGE, lines }, '1')).verdict.type).toBe('sent');
});

test('Slack answers ok, or a status and a word', async () => {
  const robot = await slackServer();
  const to = (path: string): ChannelTarget => ({
    kind: 'slack',
    settings: { url: robot.url + path, at: ['all', 'U024BE7LH'] },
  });

  expect(await sender().send(to('/services/T/B/x'), MESSAGE, '1')).toMatchObject({
    verdict: { type: 'sent' },
    answer: 'ok',
  });
  expect(await sender().send(to('/services/T/B/y'), MESSAGE, '2')).toMatchObject({
    verdict: { type: 'failed', final: true, result: 'answered 404: no_service' },
    answer: 'no_service',
  });
});

test('a webhook is verified by the library of Standard Webhooks, with the same id for every try', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const receiver = await receive((_, response) => response.end());
  const clocked = createAlertSender({
    outbound: createOutbound({ policy: POLICY }),
    mailer: createMailer({ policy: POLICY }),
    // The library knows no clock but the real one.
    clock: () => new Date(),
  });
  await clocked.send({ kind: 'webhook', settings: { url: receiver.url, secret } }, MESSAGE, 'one');
  const [got] = receiver.received;

  expect(new Webhook(secret).verify(got?.body ?? '', got?.headers ?? {})).toMatchObject({
    type: 'alert.fired',
    data: { title: MESSAGE.title, fingerprint: MESSAGE.fingerprint },
  });
  expect(got?.headers['webhook-id']).toBe('one');
});

test.for([
  ['DingTalk', 130101],
  ['WeCom', 45009],
] as const)('%s asks for patience with a code, which is no failure', async ([, errcode]) => {
  const robot = await receive((_, response) =>
    response.end(JSON.stringify({ errcode, errmsg: 'too fast' })),
  );
  const { verdict } = await sender().send(
    { kind: errcode === 45009 ? 'wecom' : 'dingtalk', settings: { url: robot.url, at: [] } },
    MESSAGE,
    '1',
  );
  expect(verdict).toMatchObject({ type: 'wait', afterMs: 60_000 });
});

test('429 with Retry-After is obeyed; 5xx, garbage and silence may be better later; a redirect is not followed', async () => {
  const say = async (status: number, headers: Record<string, string>, body: string) => {
    const robot = await receive((_, response) => response.writeHead(status, headers).end(body));
    const target: ChannelTarget = { kind: 'wecom', settings: { url: robot.url, at: [] } };
    return (await sender().send(target, MESSAGE, '1')).verdict;
  };

  expect(await say(429, { 'retry-after': '7' }, '')).toMatchObject({
    type: 'wait',
    afterMs: 7_000,
  });
  expect(await say(502, {}, 'bad gateway')).toMatchObject({ type: 'failed', final: false });
  expect(await say(200, {}, '<html>')).toMatchObject({ type: 'failed', final: false });
  expect(await say(302, { location: 'http://169.254.169.254/' }, '')).toMatchObject({
    type: 'failed',
    final: true,
  });
  const nobody: ChannelTarget = {
    kind: 'slack',
    settings: { url: `http://127.0.0.1:${await closedPort()}/`, at: [] },
  };
  expect((await sender().send(nobody, MESSAGE, '1')).verdict).toMatchObject({ final: false });
});

test('no channel leads to an address that the policy refuses', async () => {
  const strict = sender({ allowPrivate: false, allowLoopback: false, allowHosts: [] });

  expect(
    (
      await strict.send(
        { kind: 'wecom', settings: { url: 'http://127.0.0.1:1/', at: [] } },
        MESSAGE,
        '1',
      )
    ).verdict,
  ).toMatchObject({ type: 'failed', final: true });
  expect(
    (
      await strict.send(
        {
          kind: 'email',
          settings: {
            host: '127.0.0.1',
            port: 25,
            security: 'none',
            from: 'a@b.example',
            to: ['c@d.example'],
          },
        },
        MESSAGE,
        '1',
      )
    ).verdict,
  ).toMatchObject({
    type: 'failed',
    final: true,
    result: '127.0.0.1 is 127.0.0.1, which is a loopback address',
  });
});

test('what strangers wrote makes no mention, link or image', () => {
  const evil: AlertMessage = {
    ...MESSAGE,
    at: [],
    lines: ['<@all> [click](http://evil.example) ![x](http://evil.example) <at id=all></at>\n@x'],
  };
  const sending = { id: '1', now: NOW };
  const url = 'https://x.example/';

  const markdown = [
    rendered(dingtalk.render({ url, at: [] }, evil, sending).body).markdown.text,
    rendered(wecom.render({ url, at: [] }, evil, sending).body).markdown.content,
  ] as string[];
  for (const text of markdown) {
    expect(text).not.toMatch(/<@|\[click\]|<at/);
  }
  expect(rendered(slack.render({ url, at: [] }, evil, sending).body).blocks[1].text.text).toContain(
    '&lt;@all&gt;',
  );
  const card = rendered(feishu.render({ url, at: [] }, evil, sending).body).card;
  expect(card.elements[0].text.tag).toBe('plain_text');
  expect(card.elements).toHaveLength(2);
});
