import { once } from 'node:events';
import { createServer } from 'node:net';

/** How far to look: a machine on which that many are taken has another problem. */
const CANDIDATES = 100;

/** The wanted port, or the next one that nobody listens on. */
export async function freePort(host: string, wanted: number): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + CANDIDATES, 65_536); port += 1) {
    const answers = await Promise.all(namesOf(host).map((name) => canListen(name, port)));
    if (answers.every(Boolean)) return port;
  }

  throw new Error(`Every port from ${wanted} on is taken. PORT chooses where to look.`);
}

/** A browser may take `localhost` for ::1 and find somebody else's server there while we listen on 127.0.0.1. */
function namesOf(host: string): string[] {
  return ['127.0.0.1', 'localhost'].includes(host) ? ['127.0.0.1', '::1'] : [host];
}

async function canListen(host: string, port: number): Promise<boolean> {
  const probe = createServer();

  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return false;
    // No IPv6 on this machine: then nobody listens there either.
    if (host === '::1') return true;
    throw error;
  } finally {
    probe.close();
  }
}
