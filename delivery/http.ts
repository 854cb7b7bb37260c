/**
 * The one way out: every request that leaves Latchwork goes through a client made here.
 *
 *     send(request) ── URL readable? literal address allowed? ──> one of our connections to that origin, or a new one:
 *                                                                 resolve once ─> keep the allowed addresses ─> connect to those
 *                   <── ok: status, headers, body ── or a failure of a closed set of codes
 *
 * It never throws for what the other side, the network or the URL does. It follows no redirect. It is bounded in time (until the headers,
 * between two pieces of the body, in all) and in size. Connections are kept alive and belong to one client, so a client per policy also
 * means that a request under a strict policy can never ride on a connection that a lenient one opened.
 */
import { lookup } from 'node:dns/promises';
import { Agent } from 'undici';
import { type AddressGuard, type AddressPolicy, guardAddresses } from '#engine/outbound/address.ts';
import { faultOfTarget } from '#engine/outbound/target.ts';
import { Exchange, type OutboundAnswer, type OutboundLimits } from './exchange.ts';
import { guardedLookup, type Resolve } from './lookup.ts';

export type { OutboundAnswer, OutboundHeaders } from './exchange.ts';

const DEFAULT_LIMITS: OutboundLimits = {
  headersMs: 15_000,
  bodyMs: 15_000,
  totalMs: 15_000,
  maxResponseBytes: 1024 * 1024,
};

export type OutboundRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Name, value, name, value …; the form that costs undici the least. */
  readonly headers: string[];
  readonly body: Buffer | null;
  readonly limits?: Partial<OutboundLimits>;
};

/** The guarded client, as those who send see it. */
export interface Outbound {
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Ends every request at once (`stopped`) and closes the connections. */
  close(): Promise<void>;
}

export type OutboundOptions = {
  readonly policy: AddressPolicy;
  /** Connections to one origin; more requests wait for one of them. */
  readonly connectionsPerOrigin?: number;
  /** Names to addresses; the operating system's resolver unless given. */
  readonly resolve?: Resolve;
};

const CONNECT_MS = 10_000;

/** A connection in steady use is renewed this often, so that a moved name is noticed. */
const CONNECTION_LIFE_MS = 5 * 60_000;

export function createOutbound(options: OutboundOptions): Outbound {
  const guard = guardAddresses(options.policy);
  const exchanges = new Set<Exchange>();
  const targetOf = rememberTargets(guard);

  const agent = new Agent({
    connections: options.connectionsPerOrigin ?? 256,
    clientTtl: CONNECTION_LIFE_MS,
    pipelining: 1,
    allowH2: false,
    connect: {
      timeout: CONNECT_MS,
      lookup: guardedLookup(guard, options.resolve ?? ((host) => lookup(host, { all: true }))),
    },
  });

  return {
    send(request) {
      const target = targetOf(request.url);

      if ('code' in target) return Promise.resolve(target);

      return new Promise((resolve) => {
        const limits = { ...DEFAULT_LIMITS, ...request.limits };
        const exchange = new Exchange(target.origin, limits, (answer) => {
          exchanges.delete(exchange);
          resolve(answer);
        });

        exchanges.add(exchange);
        agent.dispatch(
          {
            origin: target.origin,
            path: target.path,
            method: request.method,
            headers: request.headers,
            body: request.body,
            headersTimeout: limits.headersMs,
            bodyTimeout: limits.bodyMs,
          },
          exchange,
        );
      });
    },

    async close() {
      for (const exchange of exchanges) exchange.stop();

      await agent.destroy();
    },
  };
}

type Target = { readonly origin: string; readonly path: string };
type Refused = Extract<OutboundAnswer, { ok: false }>;

/** URLs are few and requests many: each is parsed and checked once. */
function rememberTargets(guard: AddressGuard): (url: string) => Target | Refused {
  const known = new Map<string, Target | Refused>();

  return (url) => {
    let target = known.get(url);

    if (target === undefined) {
      target = readTarget(url, guard);
      if (known.size >= 1_000) known.clear();
      known.set(url, target);
    }

    return target;
  };
}

/** Names are checked when they are resolved; an address written into the URL never is, so it is checked here. */
function readTarget(text: string, guard: AddressGuard): Target | Refused {
  const fault = faultOfTarget(text, guard);

  if (fault !== null) {
    const { code, reason } = fault;
    return { ok: false, code, message: `The URL ${reason}.`, status: null, headers: {} };
  }
  const { origin, pathname, search } = new URL(text);

  return { origin, path: pathname + search };
}
