import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { api } from './client.ts';
import { ApiProblem } from './problem.ts';

const realFetch = fetch;

afterEach(() => vi.unstubAllGlobals());

/** What `GET /api/v1/works` of a server that answers so comes to. */
async function answered(listener: RequestListener): Promise<unknown> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // A page's own address stands before every path.
  vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
    realFetch(`http://127.0.0.1:${port}${path}`, init),
  );

  try {
    return await api.get('/works').catch((error: unknown) => error);
  } finally {
    server.close();
  }
}

test('an answer is what it says', async () => {
  expect(await answered((_, response) => response.end('{"data":[]}'))).toEqual({ data: [] });
  expect(await answered((_, response) => response.writeHead(204).end())).toBeUndefined();
});

test('a connection that breaks in the middle of an answer is a server that cannot be reached', async () => {
  const error = await answered((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"data":', () => response.destroy());
  });

  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({ status: 0, code: 'unreachable' });
});

test('a page that somebody puts in between is a bad answer, whatever its status', async () => {
  const error = await answered((_, response) =>
    response.end('<html>Sign in to the network</html>'),
  );

  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({ status: 200, code: 'bad_answer' });
});
