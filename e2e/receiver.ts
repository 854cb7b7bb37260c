/** `test` for the specs in which something is sent to a service: one of the test's own, as anybody may run it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { test as base } from './signed_in.ts';

export { expect, own } from './signed_in.ts';

export type Received = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** As everything that Latchwork sends. */
export type Told = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

export type Receiver = {
  readonly url: string;
  /** In the order in which it came. */
  readonly received: readonly Received[];
  /** What it answers from now on; at first 204. */
  answer(status: number, body?: string): void;
};

export const test = base.extend<{ receiver: Receiver }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads which fixtures this one needs from the pattern
  receiver: async ({}, provide) => {
    const received: Received[] = [];
    let [status, body] = [204, ''];
    const server = createServer((request, response) => {
      void (async () => {
        const text = Buffer.concat(await request.toArray()).toString();
        received.push({ headers: request.headers as Record<string, string>, body: text });
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');

    await provide({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
      received,
      answer: (...next) => ([status, body = ''] = next),
    });
    server.closeAllConnections();
    server.close();
  },
});

/** What was sent, if it is signed with this secret as Standard Webhooks asks for; throws if not. */
export function verified(sent: Received | undefined, secret: string): Told {
  if (sent === undefined) throw new Error('nothing came');
  return new Webhook(secret).verify(sent.body, { ...sent.headers }) as Told;
}
