/** The robot of a DingTalk group. A signed one wants the signature in the URL; every answer is a 200 with `errcode`. */
import { createHmac } from 'node:crypto';
import { fit, harmless, markOf, oneLine } from './plain.ts';
import type { Robot } from './robot.ts';

/** The vendor takes 20,000 bytes in all; this leaves room for what is around the text. */
const MOST_BYTES = 18_000;

/** HMAC-SHA256 of "timestamp\nsecret" (ms) under the secret, as base64. */
export function signDingtalk(secret: string, timestampMs: number): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64');
}

export const dingtalk: Robot<'dingtalk'> = {
  render({ url, secret, keyword }, message, { now }) {
    const { at } = message;
    const everyone = at.includes('all');
    const mobiles = at.filter((id) => /^\+?[\d-]{5,}$/.test(id));
    const users = at.filter((id) => id !== 'all' && !mobiles.includes(id));
    const title = `${markOf(message)} ${harmless(message.title)}`;

    const text = fit(message.lines.map(harmless), MOST_BYTES, (lines) =>
      [
        `#### ${title}`,
        ...lines.map((line) => `- ${line}`),
        `[${message.linkText}](${message.url})`,
        // Those who are to be mentioned must be named in the text as well.
        ...(everyone ? ['@all'] : [...mobiles, ...users].map((id) => `@${id}`)),
        ...(keyword === undefined ? [] : [oneLine(keyword)]),
      ].join('\n\n'),
    );
    const body = {
      msgtype: 'markdown',
      markdown: { title, text },
      at: { atMobiles: mobiles, atUserIds: users, isAtAll: everyone },
    };

    return { url: signed(url, secret, now.getTime()), body: JSON.stringify(body) };
  },

  codes: {
    code: ['errcode'],
    message: ['errmsg'],
    tooFast: new Set([130101, 410100, 430101, 660026, 90018]),
    busy: new Set([-1]),
  },
};

function signed(url: string, secret: string | undefined, timestampMs: number): string {
  if (secret === undefined) {
    return url;
  }
  const to = new URL(url);
  to.searchParams.set('timestamp', String(timestampMs));
  to.searchParams.set('sign', signDingtalk(secret, timestampMs));

  return to.href;
}
