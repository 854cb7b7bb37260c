/**
 * Where an outbound request may connect to. The decision is made on the address that the connection will use, not on the name in the
 * URL, so that a name whose answer changes between check and connect (DNS rebinding) gains nothing.
 */
import ipaddr from 'ipaddr.js';

export type AddressPolicy = {
  /** RFC 1918, unique local and carrier-grade NAT addresses: where workers usually sit. */
  readonly allowPrivate: boolean;
  /** This very machine, and with it every service that trusts it. */
  readonly allowLoopback: boolean;
  /**
   * Exceptions: an address or a CIDR range is allowed whatever it is; a name (`worker.corp.example`, `*.corp.example`) may resolve to
   * private and loopback addresses, but never to link-local or metadata ones, because its answer is in the hands of a DNS server.
   */
  readonly allowHosts: readonly string[];
};

/** What an address is to us. `forbidden` needs the address itself to be listed. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Null if `address`, which `host` resolved to, may be connected to; else the reason in words. */
export type AddressGuard = (host: string, address: string) => string | null;

/** Reads the policy once; throws on an entry of `allowHosts` that is neither a name, an address nor a range. */
export function guardAddresses(policy: AddressPolicy): AddressGuard {
  const names = new Set<string>();
  const suffixes: string[] = [];
  const ranges: Range[] = [];

  for (const entry of policy.allowHosts) {
    const range = rangeOf(entry);

    if (range !== null) {
      ranges.push(range);
    } else if (!/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(entry)) {
      throw new TypeError(`"${entry}" is neither a host name, an address nor a CIDR range`);
    } else if (entry.startsWith('*.')) {
      suffixes.push(entry.slice(1).toLowerCase());
    } else {
      names.add(entry.toLowerCase());
    }
  }

  const nameIsListed = (host: string): boolean => {
    const name = host.toLowerCase().replace(/\.$/, '');

    return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
  };

  return (host, text) => {
    if (!ipaddr.isValid(text)) return 'is not an address';

    const address = unwrap(ipaddr.parse(text));

    if (ranges.some((range) => within(address, range))) return null;

    const kind = kindOfAddress(address);

    switch (kind) {
      case 'public':
        return null;
      case 'private':
        return policy.allowPrivate || nameIsListed(host) ? null : 'is a private address';
      case 'loopback':
        return policy.allowLoopback || nameIsListed(host) ? null : 'is a loopback address';
      case 'forbidden':
        return 'is a link-local, metadata, multicast or reserved address';
    }
  };
}

/** What the textual address is; an unreadable one is `forbidden`. */
export function kindOf(text: string): AddressKind {
  return ipaddr.isValid(text) ? kindOfAddress(unwrap(ipaddr.parse(text))) : 'forbidden';
}

/** Cloud metadata services outside the link-local ranges: Alibaba, Azure, AWS and Google. */
const METADATA = ['100.100.100.200/32', '168.63.129.16/32', 'fd00:ec2::/32', 'fd20:ce::/32'].map(
  (range) => ipaddr.parseCIDR(range),
);

function kindOfAddress(address: Address): AddressKind {
  if (METADATA.some((range) => within(address, range))) return 'forbidden';

  const range: string = address.range();

  if (range === 'unicast') return isIpv4Compatible(address) ? 'forbidden' : 'public';
  if (PRIVATE_RANGES.includes(range)) return 'private';

  return range === 'loopback' ? 'loopback' : 'forbidden';
}

/** As ipaddr.js calls them. */
const PRIVATE_RANGES = ['private', 'uniqueLocal', 'carrierGradeNat'];

/** The well-known NAT64 prefix (RFC 6052): what IPv6-only networks answer for a host that has IPv4 only. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');

/** The IPv4 address that an IPv6 one carries inside, if it does: `::ffff:127.0.0.1` reaches 127.0.0.1. */
function unwrap(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();

  return within(address, NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

/** `::127.0.0.1`, deprecated since RFC 4291 and taken for ordinary by ipaddr.js. */
function isIpv4Compatible(address: Address): boolean {
  return address instanceof ipaddr.IPv6 && address.parts.slice(0, 6).every((part) => part === 0);
}

function within(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function rangeOf(entry: string): Range | null {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  // A bare number is a legal IPv4 address to ipaddr.js and a host name to everyone else.
  if (!entry.includes('.') && !entry.includes(':')) return null;
  if (!ipaddr.isValid(entry)) return null;

  const address = ipaddr.parse(entry);

  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
