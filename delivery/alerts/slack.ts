/** An incoming webhook of Slack. It answers `ok`, or a status of 400 and more with a word for what is wrong. */
import { fit, markOf, oneLine } from './plain.ts';
import type { Robot } from './robot.ts';

/** Of the vendor: a header has 150 characters, a section 3,000. */
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3_000;

export const slack: Robot<'slack'> = {
  render({ url }, message) {
    const title = `${markOf(message)} ${oneLine(message.title)}`;
    const mentions = message.at.map((id) =>
      id === 'all' ? '<!channel>' : `<@${id.replaceAll(/\W/g, '')}>`,
    );
    const section = fit(
      [...message.lines.map((line) => `• ${escape(oneLine(line))}`), ...mentions],
      LONGEST_SECTION,
      (lines) => lines.join('\n'),
    );
    const body = {
      // What notifications show, and screens that know no blocks.
      text: escape(title),
      blocks: [
        {
          type: 'header',
          text: {
            type: 'plain_text',
            emoji: true,
            text: title.slice(0, LONGEST_HEADER).toWellFormed(),
          },
        },
        ...(section === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: section } }]),
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              text: { type: 'plain_text', text: message.linkText },
              url: message.url,
            },
          ],
        },
      ],
    };

    return { url, body: JSON.stringify(body) };
  },

  codes: null,
};

/** The three signs that the vendor asks to escape; without them nothing is a link or a mention. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
