/**
 * What a URL says by itself about where a request would go. Names are judged by the address that they have when something is sent; an
 * address that is written into the URL never changes, so a URL that can never be sent to is refused where somebody gives it.
 */
import ipaddr from 'ipaddr.js';
import { type AddressGuard, type AddressPolicy, guardAddresses } from './address.ts';

/** What lets a request out to an address that is refused: whoever reads of the refusal is told of it. */
export const ALLOW_SETTING = 'LATCHWORK_ALLOW_HOSTS';

/**
 * Instances are started by more people than those who set up works and endpoints: a URL that comes with one leads into no private
 * network unless that is listed itself.
 */
export function policyOfInstances(policy: AddressPolicy): AddressPolicy {
  return { ...policy, allowPrivate: false };
}

/** Whose URL leads where. */
export type OutboundGuards = {
  /** Of works, endpoints, channels and nodes. */
  readonly project: AddressGuard;
  readonly instances: AddressGuard;
};

export function outboundGuards(policy: AddressPolicy): OutboundGuards {
  return {
    project: guardAddresses(policy),
    instances: guardAddresses(policyOfInstances(policy)),
  };
}

export type TargetFault = {
  readonly code: 'bad_url' | 'refused_address';
  /** Ends the sentence that begins with the URL. */
  readonly reason: string;
};

/** Why nothing can ever be sent to a URL; null: as far as the URL says, it can. */
export function faultOfTarget(text: string, guard: AddressGuard): TargetFault | null {
  const url = URL.parse(text);

  if (url === null) {
    return { code: 'bad_url', reason: 'cannot be read' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return {
      code: 'bad_url',
      reason: `must begin with http:// or https://, not ${url.protocol}`,
    };
  }
  if (url.username !== '' || url.password !== '') {
    return { code: 'bad_url', reason: 'must not hold a user name or password' };
  }
  return faultOfHost(url.hostname, guard);
}

/** The same of a host alone: a name, or an address with or without brackets. */
export function faultOfHost(hostname: string, guard: AddressGuard): TargetFault | null {
  const host = hostname.replace(/^\[|\]$/g, '');
  const reasons = addressesOf(host).map((address) => guard(host, address));
  const [reason] = reasons;

  return reason === undefined || reason === null || reasons.includes(null)
    ? null
    : {
        code: 'refused_address',
        reason: `leads to ${host}, which ${reason}; ${ALLOW_SETTING} says what may be reached`,
      };
}

/** What is known of a host without asking anybody: `localhost` is this machine wherever it is asked for (RFC 6761). */
function addressesOf(host: string): readonly string[] {
  if (/^(.+\.)?localhost\.?$/i.test(host)) {
    return ['127.0.0.1', '::1'];
  }
  return isAddress(host) ? [host] : [];
}

/** The URL parser has made four numbers of every IPv4 address by now; a lone number is none to it. */
function isAddress(host: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host);
}
