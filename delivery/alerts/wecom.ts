/** The robot of a WeCom group: the key in its URL is its secret, nothing is signed, and every answer is a 200 with `errcode`. */
import { cut, fit, harmless, markOf } from './plain.ts';
import type { Robot } from './robot.ts';

/** Of the vendor, for the whole of the markdown. */
const MOST_BYTES = 4_096;

export const wecom: Robot<'wecom'> = {
  render({ url }, message) {
    const mentions = message.at.map((id) => `<@${id.replaceAll(/[<>@]/g, '')}>`);
    const content = fit(message.lines.map(harmless), MOST_BYTES, (lines) =>
      [
        `**${markOf(message)} ${harmless(message.title)}**`,
        ...lines.map((line) => `> ${line}`),
        `[${message.linkText}](${message.url})`,
        ...(mentions.length === 0 ? [] : [mentions.join(' ')]),
      ].join('\n'),
    );

    return {
      url,
      body: JSON.stringify({
        msgtype: 'markdown',
        markdown: { content: cut(content, MOST_BYTES) },
      }),
    };
  },

  codes: {
    code: ['errcode'],
    message: ['errmsg'],
    tooFast: new Set([130101, 45009, 45033]),
    busy: new Set([-1]),
  },
};
