/** The no-op endpoint of a pushed work: it accepts a task, and when that is said it reports it finished, with one request. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Rest } from './rest.ts';

export type Endpoint = { readonly url: string; readonly close: () => void };

/** `onReported` is called when a report has been answered. */
export async function startEndpoint(rest: Rest, onReported: () => void): Promise<Endpoint> {
  const server = createServer((request, response) => {
    void (async () => {
      const { reportUrl } = await readTask(request);
      response.writeHead(202).end();
      await rest.post(new URL(reportUrl).pathname, { type: 'finish', output: { ok: true } });
      onReported();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/step`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readTask(request: IncomingMessage): Promise<{ readonly reportUrl: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);

  // docs/push.md says what is in it.
  const { data } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    data: { reportUrl: string };
  };
  return data;
}
