import * as z from 'zod';

/** Where notifications are sent. Which hosts may be reached is judged when they are, by the address that the name has then. */
export const webhookUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2_000)
  .refine((text) => {
    const url = URL.parse(text);
    return url === null || (url.username === '' && url.password === '');
  }, 'must not hold a user name or password');
