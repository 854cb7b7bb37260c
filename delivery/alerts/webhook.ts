/** Any receiver: the alert as it is, as JSON, signed as everything else that we send. */
import { signatureHeaders, signWith } from '../signature.ts';
import type { Robot } from './robot.ts';

export const webhook: Robot<'webhook'> = {
  render({ url, secret }, { type, level, title, lines, url: page, fingerprint }, { id, now }) {
    const body = JSON.stringify({
      type: `alert.${type}`,
      timestamp: now.toISOString(),
      data: { level, title, lines, url: page, fingerprint },
    });
    const sign = secret === undefined ? null : signWith([secret]);

    return { url, body, headers: signatureHeaders(sign, id, now, Buffer.from(body)) };
  },

  codes: null,
};
