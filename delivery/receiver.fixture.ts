/** Real servers on free ports of this machine, for tests; each is closed when its test ends. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { onTestFinished } from 'vitest';
import { CERTIFICATE, KEY } from './certificate.fixture.ts';

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Receiver = {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** TCP connections that were ever opened. */
  connections(): number;
};

/** An HTTP server that answers each request, read whole, as `answer` says; with TLS, under the certificate of certificate.fixture.ts. */
export async function receive(
  answer: (request: Received, response: ServerResponse) => void,
  { tls = false }: { readonly tls?: boolean } = {},
): Promise<Receiver> {
  const received: Received[] = [];

  const hear = (request: IncomingMessage, response: ServerResponse): void => {
    void readWhole(request).then((whole) => {
      received.push(whole);
      answer(whole, response);
    });
  };
  const server = tls ? createTlsServer({ key: KEY, cert: CERTIFICATE }, hear) : createServer(hear);
  let connections = 0;
  server.on('connection', () => (connections += 1));

  const port = await open(server);
  onTestFinished(() => server.closeAllConnections());

  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { url, port, received, connections: () => connections };
}

/** A TCP server that speaks to each connection as `speak` does. */
export async function receiveRaw(speak: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();

  const server = createTcpServer((socket) => {
    sockets.add(socket);
    // A client that hangs up is what many of these tests are about.
    socket.on('error', () => socket.destroy());
    speak(socket);
  });
  const port = await open(server);
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));

  return `http://127.0.0.1:${port}`;
}

/** A port of this machine on which nobody listens, nor can while the test runs: a connection begins there. */
export async function closedPort(): Promise<number> {
  const far = createTcpServer();
  const near = connect({ host: '127.0.0.1', port: await open(far) });
  onTestFinished(() => void near.destroy());
  await once(near, 'connect');

  return near.localPort ?? 0;
}

async function open(server: Server | TcpServer): Promise<number> {
  onTestFinished(() => void server.close());

  return listen(server);
}

function listen(server: Server | TcpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();

      if (address === null || typeof address === 'string') {
        reject(new TypeError('a TCP server has an address with a port'));
      } else {
        resolve(address.port);
      }
    });
  });
}

async function readWhole(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);

  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);

  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString(),
  };
}
