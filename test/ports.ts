import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems hand out by themselves (Linux from 32768 on, macOS from 49152), so that no other test gets it by chance. */
const FROM = 20_000;
const TO = 30_000;

/** A port of this machine for a program that is to listen there soon: nobody does now, and nobody who takes any port will. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    const probe = createServer();
    try {
      probe.listen(port, '127.0.0.1');
      await once(probe, 'listening');
      return port;
    } catch {
      // Taken.
    } finally {
      await new Promise((resolve) => probe.close(resolve));
    }
  }
}
