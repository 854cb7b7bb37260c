/** What each robot is sent, letter by letter. That the vendors take it is for robots.test.ts. */
import { describe, expect, test } from 'vitest';
import type { AlertMessage } from '#engine/alert/channel.ts';
import { dingtalk } from './dingtalk.ts';
import { renderMail } from './email.ts';
import { feishu } from './feishu.ts';
import { cut, fit, harmless, markOf, oneLine } from './plain.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

const url = 'https://robot.example/';
const sending = { id: '1', now: new Date('2026-11-21T08:31:00Z') };
const MESSAGE: AlertMessage = {
  type: 'fired',
  level: 'critical',
  title: 'An instance of "order" failed',
  lines: ['order-7: card\ndeclined', 'order-8: <b>'],
  url: 'https://latchwork.example/instances/7',
  linkText: 'Open in Latchwork',
  at: ['+86-13800000000', 'li.lei'],
  fingerprint: 'instance_failed:1:order',
};
const BARE: AlertMessage = { ...MESSAGE, type: 'resolved', lines: [], at: [] };

const read = ({ body }: { readonly body: string }): unknown => JSON.parse(body);

describe('DingTalk', () => {
  test('gets markdown that names whom it mentions', () => {
    expect(read(dingtalk.render({ url, at: [] }, MESSAGE, sending))).toMatchInlineSnapshot(`
      {
        "at": {
          "atMobiles": [
            "+86-13800000000",
          ],
          "atUserIds": [
            "li.lei",
          ],
          "isAtAll": false,
        },
        "markdown": {
          "text": "#### 🔴 An instance of "order" failed

      - order-7: card declined

      - order-8: ＜b＞

      [Open in Latchwork](https://latchwork.example/instances/7)

      @+86-13800000000

      @li.lei",
          "title": "🔴 An instance of "order" failed",
        },
        "msgtype": "markdown",
      }
    `);
    expect(read(dingtalk.render({ url, at: [], keyword: 'alarm' }, BARE, sending)))
      .toMatchInlineSnapshot(`
      {
        "at": {
          "atMobiles": [],
          "atUserIds": [],
          "isAtAll": false,
        },
        "markdown": {
          "text": "#### 🟢 An instance of "order" failed

      [Open in Latchwork](https://latchwork.example/instances/7)

      alarm",
          "title": "🟢 An instance of "order" failed",
        },
        "msgtype": "markdown",
      }
    `);
  });

  test('is told of everyone instead of each', () => {
    const { text } = (
      read(dingtalk.render({ url, at: [] }, { ...MESSAGE, at: ['all', 'li.lei'] }, sending)) as {
        markdown: { text: string };
      }
    ).markdown;
    expect(text).toMatch(/@all$/);
  });

  test('gets no URL but its own where it has no secret', () => {
    expect(dingtalk.render({ url, at: [] }, MESSAGE, sending).url).toBe(url);
  });
});

describe('Feishu', () => {
  test('gets a card in the colour of its level, or green when it is over', () => {
    expect(read(feishu.render({ url, at: [], keyword: 'alarm' }, MESSAGE, sending)))
      .toMatchInlineSnapshot(`
      {
        "card": {
          "config": {
            "wide_screen_mode": true,
          },
          "elements": [
            {
              "tag": "div",
              "text": {
                "content": "order-7: card declined
      order-8: <b>
      alarm",
                "tag": "plain_text",
              },
            },
            {
              "tag": "div",
              "text": {
                "content": "<at id=86-13800000000></at> <at id=li.lei></at>",
                "tag": "lark_md",
              },
            },
            {
              "actions": [
                {
                  "tag": "button",
                  "text": {
                    "content": "Open in Latchwork",
                    "tag": "plain_text",
                  },
                  "type": "primary",
                  "url": "https://latchwork.example/instances/7",
                },
              ],
              "tag": "action",
            },
          ],
          "header": {
            "template": "red",
            "title": {
              "content": "🔴 An instance of "order" failed",
              "tag": "plain_text",
            },
          },
        },
        "msg_type": "interactive",
      }
    `);
    expect(read(feishu.render({ url, at: [] }, BARE, sending))).toMatchInlineSnapshot(`
      {
        "card": {
          "config": {
            "wide_screen_mode": true,
          },
          "elements": [
            {
              "actions": [
                {
                  "tag": "button",
                  "text": {
                    "content": "Open in Latchwork",
                    "tag": "plain_text",
                  },
                  "type": "primary",
                  "url": "https://latchwork.example/instances/7",
                },
              ],
              "tag": "action",
            },
          ],
          "header": {
            "template": "green",
            "title": {
              "content": "🟢 An instance of "order" failed",
              "tag": "plain_text",
            },
          },
        },
        "msg_type": "interactive",
      }
    `);
  });

  test('mentions ids, of which nobody can make more than an id', () => {
    const { body } = feishu.render(
      { url, at: [] },
      { ...MESSAGE, at: ['ou_1></at><at id=all'] },
      sending,
    );
    expect(body).toContain('<at id=ou_1atatidall></at>');
  });
});

test('Slack gets blocks: a header, a section where there is something to say, and a button', () => {
  expect(read(slack.render({ url, at: [] }, { ...MESSAGE, at: ['all', 'U0<1>'] }, sending)))
    .toMatchInlineSnapshot(`
    {
      "blocks": [
        {
          "text": {
            "emoji": true,
            "text": "🔴 An instance of "order" failed",
            "type": "plain_text",
          },
          "type": "header",
        },
        {
          "text": {
            "text": "• order-7: card declined
    • order-8: &lt;b&gt;
    <!channel>
    <@U01>",
            "type": "mrkdwn",
          },
          "type": "section",
        },
        {
          "elements": [
            {
              "text": {
                "text": "Open in Latchwork",
                "type": "plain_text",
              },
              "type": "button",
              "url": "https://latchwork.example/instances/7",
            },
          ],
          "type": "actions",
        },
      ],
      "text": "🔴 An instance of "order" failed",
    }
  `);
  expect(read(slack.render({ url, at: [] }, BARE, sending))).toMatchObject({
    text: '🟢 An instance of "order" failed',
    blocks: [{ type: 'header' }, { type: 'actions' }],
  });
});

test('a header of Slack has 150 characters at most, none of them half a sign', () => {
  const header = (title: string) => {
    const { blocks } = read(slack.render({ url, at: [] }, { ...BARE, title }, sending)) as {
      blocks: { text: { text: string } }[];
    };
    return blocks[0]?.text.text ?? '';
  };

  expect(header('x'.repeat(400))).toBe(`🟢 ${'x'.repeat(147)}`);
  expect(header(`${'x'.repeat(146)}😀`).isWellFormed()).toBe(true);
});

test('WeCom gets markdown', () => {
  expect(read(wecom.render({ url, at: [] }, { ...MESSAGE, at: ['@li<lei>'] }, sending)))
    .toMatchInlineSnapshot(`
    {
      "markdown": {
        "content": "**🔴 An instance of "order" failed**
    > order-7: card declined
    > order-8: ＜b＞
    [Open in Latchwork](https://latchwork.example/instances/7)
    <@lilei>",
      },
      "msgtype": "markdown",
    }
  `);
  expect(read(wecom.render({ url, at: [] }, BARE, sending))).toMatchInlineSnapshot(`
    {
      "markdown": {
        "content": "**🟢 An instance of "order" failed**
    [Open in Latchwork](https://latchwork.example/instances/7)",
      },
      "msgtype": "markdown",
    }
  `);
});

test('a webhook gets the alert as it is, signed only where it has a secret', () => {
  const { body, headers = [] } = webhook.render({ url }, MESSAGE, sending);

  expect(JSON.parse(body)).toEqual({
    type: 'alert.fired',
    timestamp: '2026-11-21T08:31:00.000Z',
    data: {
      level: 'critical',
      title: MESSAGE.title,
      lines: MESSAGE.lines,
      url: MESSAGE.url,
      fingerprint: MESSAGE.fingerprint,
    },
  });
  expect(headers).not.toContain('webhook-signature');
});

test('a mail is a subject and lines', () => {
  const settings = {
    host: 'smtp.example',
    port: 587,
    security: 'tls' as const,
    from: 'a@b.example',
    to: ['c@d.example'],
  };
  expect(renderMail(settings, MESSAGE)).toEqual({
    from: 'a@b.example',
    to: ['c@d.example'],
    subject: '🔴 An instance of "order" failed',
    text: `An instance of "order" failed

order-7: card declined
order-8: <b>

https://latchwork.example/instances/7
`,
  });
});

describe('texts of strangers', () => {
  test('stand on one line of 500 characters at most, none of them broken', () => {
    expect(oneLine('  a\t\n\u0007 b ')).toBe('a b');
    expect(oneLine('x'.repeat(500))).toBe('x'.repeat(500));
    expect(oneLine('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
    expect(oneLine(`${'x'.repeat(498)}😀y`)).toBe(`${'x'.repeat(498)}\uFFFD…`);
  });

  test('are no markdown', () => {
    expect(harmless('<a>[b]`c`*d*_e_#f (g)')).toBe('＜a＞［b］｀c｀＊d＊＿e＿＃f (g)');
  });

  test('are cut to whole characters', () => {
    expect(cut('失败', 6)).toBe('失败');
    expect(cut('失败了', 8)).toBe('失…');
    expect(cut('失败了吧', 9)).toBe('失败…');
    expect(cut('abcdef', 5)).toBe('ab…');
  });

  test('are left out from the end until the rest fits, which then says so', () => {
    const build = (lines: readonly string[]) => lines.join('|');

    expect(fit(['aa', 'bb', 'cc'], 8, build)).toBe('aa|bb|cc');
    expect(fit(['aa', 'bb', 'cccc'], 9, build)).toBe('aa|bb|…');
    expect(fit(['aa', 'bb', 'cccc'], 8, build)).toBe('aa|…');
    expect(fit(['a'.repeat(9)], 2, build)).toBe('…');
    expect(fit([], 0, () => 'always this')).toBe('always this');
  });
});

test('a message is marked by its level, green when it is over, with a bell when it is a test', () => {
  const marks = (['critical', 'warning', 'info'] as const).map((level) =>
    markOf({ type: 'fired', level }),
  );
  expect(marks).toEqual(['🔴', '🟠', '🔵']);
  expect(markOf({ type: 'resolved', level: 'critical' })).toBe('🟢');
  expect(markOf({ type: 'test', level: 'critical' })).toBe('🔔');
});
