import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort } from './free_port.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a port that is taken is passed over', async () => {
  const taken = await listen('127.0.0.1');

  expect(await freePort('127.0.0.1', taken)).toBeGreaterThan(taken);
});

test('so is one on which somebody listens on every interface', async () => {
  const taken = await listen('0.0.0.0');

  expect(await freePort('127.0.0.1', taken)).toBeGreaterThan(taken);
});
