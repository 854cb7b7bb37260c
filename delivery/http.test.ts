import { describe, expect, onTestFinished, test } from 'vitest';
import type { AddressPolicy } from '#engine/outbound/address.ts';
import {
  createOutbound,
  type Outbound,
  type OutboundAnswer,
  type OutboundOptions,
  type OutboundRequest,
} from './http.ts';
import { trustCertificate } from './certificate.fixture.ts';
import { closedPort, receive, receiveRaw } from './receiver.fixture.ts';

const trial: AddressPolicy = { allowPrivate: true, allowLoopback: true, allowHosts: [] };
const HERE = { address: '127.0.0.1', family: 4 };
const strict: AddressPolicy = { allowPrivate: false, allowLoopback: false, allowHosts: [] };

function outbound(options: Partial<OutboundOptions> = {}): Outbound {
  const client = createOutbound({ policy: trial, ...options });
  onTestFinished(() => client.close());

  return client;
}

function post(url: string, limits: OutboundRequest['limits'] = {}): OutboundRequest {
  const headers = ['content-type', 'application/json'];

  return { method: 'POST', url, headers, body: Buffer.from('{"hello":"wörld"}'), limits };
}

/** "200 body", or the failure's code. */
function told(answer: OutboundAnswer): string {
  return answer.ok ? `${answer.status} ${answer.body.toString()}` : answer.code;
}

describe('a request', () => {
  test('arrives as it was sent and brings back status, headers and body', async () => {
    const server = await receive((_, response) => {
      response.writeHead(201, { 'x-answer': 'yes' }).end('made');
    });

    const answer = await outbound().send(post(`${server.url}/hook?a=1`));

    expect(told(answer)).toBe('201 made');
    expect(answer.ok && answer.headers['x-answer']).toBe('yes');
    expect(server.received).toMatchObject([
      { method: 'POST', path: '/hook?a=1', body: '{"hello":"wörld"}' },
    ]);
  });

  test('goes over TLS to whoever an authority vouches for that this process trusts', async () => {
    trustCertificate();
    const server = await receive((_, response) => response.end('sealed'), { tls: true });
    const client = outbound({ resolve: () => Promise.resolve([HERE]) });

    for (const url of [server.url, `https://mail.example.test:${server.port}/`]) {
      expect(await client.send(post(url))).toMatchObject({ ok: true, body: Buffer.from('sealed') });
    }
  });

  test('rides on a connection of those before', async () => {
    const server = await receive((_, response) => response.end());
    const client = outbound();

    for (let n = 0; n < 5; n += 1) await client.send(post(server.url));

    // Undici lets a connection rest for one turn of the event loop after an answer, so a request at its heels takes a second one.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('waits when all connections to its origin are busy', async () => {
    const server = await receive((_, response) => response.end('done'));
    const client = outbound({ connectionsPerOrigin: 2 });

    const answers = await Promise.all(
      Array.from({ length: 9 }, () => client.send(post(server.url))),
    );

    expect(answers.map(told)).toEqual(Array.from({ length: 9 }, () => '200 done'));
    expect(server.connections()).toBe(2);
  });

  test('reads over an early hint to the answer proper', async () => {
    const url = await receiveRaw((socket) => {
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
        ),
      );
    });

    expect(told(await outbound().send(post(url)))).toBe('200 ok');
  });
});

describe('an address', () => {
  test.each([
    'http://127.0.0.1:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://localhost:1/',
  ])('is refused under a strict policy: %s', async (url) => {
    expect(told(await outbound({ policy: strict }).send(post(url)))).toBe('refused_address');
  });

  test('of metadata is refused under the most lenient policy too', async () => {
    const client = outbound({
      policy: { ...trial, allowHosts: ['metadata.example'] },
      resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }]),
    });
    const answer = await client.send(post('http://metadata.example/latest/'));

    expect(answer).toMatchObject({
      code: 'refused_address',
      message:
        'The address is not allowed (http://metadata.example): metadata.example is 169.254.169.254, which is a link-local, metadata, multicast or reserved address',
    });
  });

  test('is the one that was checked, whatever the name answers next', async () => {
    const server = await receive((_, response) => response.end('reached'));
    const answers = ['127.0.0.1', '169.254.169.254'];
    const asked: string[] = [];

    const client = outbound({
      connectionsPerOrigin: 1,
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve([{ address: answers[asked.length - 1] ?? '', family: 4 }]);
      },
    });
    const url = `http://rebind.example:${server.port}/`;

    expect(told(await client.send(post(url)))).toBe('200 reached');
    expect(told(await client.send(post(url)))).toBe('200 reached');
    expect(asked).toEqual(['rebind.example']);
  });

  test('that is refused is left out when the name has another', async () => {
    const server = await receive((_, response) => response.end('reached'));
    const client = outbound({
      resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }, HERE]),
    });

    expect(told(await client.send(post(`http://two.example:${server.port}/`)))).toBe('200 reached');
  });

  test('of a name is asked for once by requests that start together', async () => {
    const server = await receive((_, response) => response.end());
    let asked = 0;
    const client = outbound({
      resolve: () => {
        asked += 1;
        return Promise.resolve([HERE]);
      },
    });
    const request = post(`http://once.example:${server.port}/`);

    await Promise.all(Array.from({ length: 20 }, () => client.send(request)));

    expect(asked).toBe(1);
    expect(server.connections()).toBe(20);
  });
});

describe('a failure is a value:', () => {
  test.each([
    ['not a url', 'bad_url'],
    ['ftp://example.org/', 'bad_url'],
    ['file:///etc/passwd', 'bad_url'],
    ['http://user:secret@example.org/', 'bad_url'],
  ])('%s is %s', async (url, code) => {
    const answer = await outbound().send(post(url));

    expect(told(answer)).toBe(code);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('a name that does not resolve is dns', async () => {
    const client = outbound({
      resolve: (host) =>
        Promise.reject(
          Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }),
        ),
    });

    expect(told(await client.send(post('http://nowhere.invalid/')))).toBe('dns');
  });

  test('nobody listening is connect, and the message names the origin only', async () => {
    const port = await closedPort();
    const answer = await outbound().send(post(`http://127.0.0.1:${port}/hook?key=secret`));

    expect(answer).toMatchObject({
      code: 'connect',
      message: `No connection (http://127.0.0.1:${port}): connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  test('plain HTTP behind https:// is tls', async () => {
    const server = await receive((_, response) => response.end());

    expect(told(await outbound().send(post(`https://127.0.0.1:${server.port}/`)))).toBe('tls');
  });

  test('a certificate that nobody trusts, or that is for another name, is tls', async () => {
    const server = await receive((_, response) => response.end(), { tls: true });
    const client = outbound({ resolve: () => Promise.resolve([HERE]) });

    expect(told(await client.send(post(server.url)))).toBe('tls');
    trustCertificate();
    expect(told(await client.send(post(`https://other.example.test:${server.port}/`)))).toBe('tls');
    expect(server.received).toEqual([]);
  });

  test('no headers in time is timeout', async () => {
    const server = await receive(() => undefined);

    expect(told(await outbound().send(post(server.url, { headersMs: 20 })))).toBe('timeout');
  });

  test('a body that stops in the middle is timeout and keeps the status', async () => {
    const server = await receive((_, response) => void response.writeHead(503).write('half'));

    expect(await outbound().send(post(server.url, { bodyMs: 20 }))).toMatchObject({
      code: 'timeout',
      status: 503,
    });
  });

  test('an answer that drips for ever is cut off by the total time', async () => {
    const server = await receive((_, response) => {
      const drip = (): void => void response.write('.', () => setImmediate(drip));
      drip();
    });

    expect(told(await outbound().send(post(server.url, { totalMs: 40 })))).toBe('timeout');
  });

  test('a request whose time runs out while it waits for a connection is timeout and never sent', async () => {
    const held: (() => void)[] = [];
    const server = await receive((_, response) => held.push(() => response.end()));
    const client = outbound({ connectionsPerOrigin: 1 });

    const first = client.send(post(`${server.url}/first`));
    const second = await client.send(post(`${server.url}/second`, { totalMs: 20 }));
    held.forEach((release) => release());

    expect(told(second)).toBe('timeout');
    expect(told(await first)).toBe('200 ');

    const third = client.send(post(`${server.url}/third`));
    await expect.poll(() => held.length).toBe(2);
    held.forEach((release) => release());
    expect(told(await third)).toBe('200 ');
    expect(server.received.map((request) => request.path)).toEqual(['/first', '/third']);
  });

  test('a connection that breaks is reset', async () => {
    const url = await receiveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));

    expect(told(await outbound().send(post(url)))).toBe('reset');
  });

  test('a connection that closes without a word is reset', async () => {
    const url = await receiveRaw((socket) => socket.once('data', () => socket.end()));

    expect(told(await outbound().send(post(url)))).toBe('reset');
  });

  test('garbage is bad_response', async () => {
    const url = await receiveRaw((socket) =>
      socket.once('data', () => socket.end('SSH-2.0-x\r\n')),
    );

    expect(told(await outbound().send(post(url)))).toBe('bad_response');
  });

  test('a body shorter than it says is reset', async () => {
    const url = await receiveRaw((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')),
    );

    expect(told(await outbound().send(post(url)))).toBe('reset');
  });

  test('an announced body over the limit is too_large before it is read', async () => {
    const server = await receive((_, response) => {
      response.writeHead(200, { 'content-length': 1_000_000_000 }).write('x');
    });

    expect(told(await outbound().send(post(server.url)))).toBe('too_large');
  });

  test('an endless body is too_large as soon as it is over the limit', async () => {
    const server = await receive((_, response) => {
      const pour = (): void => void response.write(Buffer.alloc(65_536), () => setImmediate(pour));
      pour();
    });

    expect(await outbound().send(post(server.url, { maxResponseBytes: 200_000 }))).toMatchObject({
      code: 'too_large',
      status: 200,
    });
  });

  test('headers without end are too_large', async () => {
    const url = await receiveRaw((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)),
    );

    expect(told(await outbound().send(post(url)))).toBe('too_large');
  });

  test('a redirect is redirect and is not followed', async () => {
    const server = await receive((_, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });

    expect(await outbound().send(post(server.url))).toMatchObject({
      code: 'redirect',
      status: 302,
    });
    expect(server.received).toHaveLength(1);
  });

  test('a closed client ends what is under way as stopped, and everything after', async () => {
    const server = await receive(() => undefined);
    const client = outbound();

    const hanging = client.send(post(server.url));
    await expect.poll(() => server.received.length).toBe(1);
    await client.close();

    expect(told(await hanging)).toBe('stopped');
    expect(told(await client.send(post(server.url)))).toBe('stopped');
  });
});
