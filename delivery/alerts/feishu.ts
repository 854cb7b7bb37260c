/**
 * The robot of a Feishu (Lark) group. Unlike DingTalk's, its signature stands in the body, its timestamp is in seconds, and what is signed is
 * nothing at all: timestamp and secret together are the key.
 */
import { createHmac } from 'node:crypto';
import type { AlertMessage } from '#engine/alert/channel.ts';
import { fit, markOf, oneLine } from './plain.ts';
import type { Robot } from './robot.ts';

/** Of the vendor: 20 KB. */
const MOST_BYTES = 20_000;

/** HMAC-SHA256 of the empty message under "timestamp\nsecret" (s), as base64. */
export function signFeishu(secret: string, timestampSeconds: number): string {
  return createHmac('sha256', `${timestampSeconds}\n${secret}`).update('').digest('base64');
}

export const feishu: Robot<'feishu'> = {
  render({ url, secret, keyword }, message, { now }) {
    const timestamp = Math.floor(now.getTime() / 1_000);
    const signature =
      secret === undefined
        ? {}
        : { timestamp: String(timestamp), sign: signFeishu(secret, timestamp) };

    const body = fit(message.lines.map(oneLine), MOST_BYTES, (lines) =>
      JSON.stringify({
        ...signature,
        msg_type: 'interactive',
        card: card(message, keyword === undefined ? lines : [...lines, keyword]),
      }),
    );
    return { url, body };
  },

  codes: {
    code: ['code', 'StatusCode'],
    message: ['msg', 'StatusMessage'],
    tooFast: new Set([11232]),
    busy: new Set([-1, 1500, 11205, 10003]),
  },
};

const COLOURS = { critical: 'red', warning: 'orange', info: 'blue' } as const;

/** What strangers wrote stands in plain text, in which nothing is a mention or a link. */
function card(message: AlertMessage, lines: readonly string[]) {
  const mentions = message.at.map((id) => `<at id=${id.replaceAll(/[^\w@.-]/g, '')}></at>`);

  return {
    config: { wide_screen_mode: true },
    header: {
      template: message.type === 'fired' ? COLOURS[message.level] : 'green',
      title: { tag: 'plain_text', content: `${markOf(message)} ${oneLine(message.title)}` },
    },
    elements: [
      ...(lines.length === 0
        ? []
        : [{ tag: 'div', text: { tag: 'plain_text', content: lines.join('\n') } }]),
      ...(mentions.length === 0
        ? []
        : [{ tag: 'div', text: { tag: 'lark_md', content: mentions.join(' ') } }]),
      {
        tag: 'action',
        actions: [
          {
            tag: 'button',
            type: 'primary',
            text: { tag: 'plain_text', content: message.linkText },
            url: message.url,
          },
        ],
      },
    ],
  };
}
