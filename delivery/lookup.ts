import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { AddressGuard } from '#engine/outbound/address.ts';
import { RefusedAddressError } from './failure.ts';

export type Resolved = { address: string; family: number };
export type Resolve = (host: string) => Promise<Resolved[]>;

/**
 * Resolves a name once, drops the addresses that the policy refuses and hands the rest to `connect`, which therefore cannot reach any
 * other.
 */
export function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  const shared = shareUnderWay(resolve);

  const checked = callbackify(async (host: string): Promise<Resolved[]> => {
    const addresses = await shared(host);
    const allowed = addresses.filter(({ address }) => guard(host, address) === null);

    if (allowed.length === 0) {
      const why = addresses.map(
        ({ address }) => `${host} is ${address}, which ${guard(host, address)}`,
      );

      throw new RefusedAddressError(why.join('; ') || `${host} has no address`);
    }

    return allowed;
  });

  return (host, { all, family }, callback) => {
    // Node says that an array always comes; after an error it does not.
    checked(host, (error: NodeJS.ErrnoException | null, allowed: Resolved[] | undefined) => {
      const first = allowed?.find((one) => one.family === family) ?? allowed?.[0];

      if (error !== null || allowed === undefined || first === undefined) {
        callback(error, []);
      } else if (all === true) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

/**
 * Questions for one name at the same time share one answer: the system's resolver has four threads, and a name server that hangs must
 * not take them all. Nothing is kept after the answer.
 */
function shareUnderWay(resolve: Resolve): Resolve {
  const underWay = new Map<string, Promise<Resolved[]>>();

  return (host) => {
    let answer = underWay.get(host);

    if (answer === undefined) {
      answer = resolve(host).finally(() => underWay.delete(host));
      underWay.set(host, answer);
    }

    return answer;
  };
}
