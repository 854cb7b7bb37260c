import { describe, expect, test } from 'vitest';
import { type AddressPolicy, guardAddresses, kindOf } from './address.ts';

const closed: AddressPolicy = { allowPrivate: false, allowLoopback: false, allowHosts: [] };

test.each([
  ['93.184.216.34', 'public'],
  ['2606:2800:220:1::1', 'public'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12:3456::1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:93.184.216.34', 'public'],
  ['64:ff9b::93.184.216.34', 'public'],
  ['64:ff9b::a9fe:a9fe', 'forbidden'],
  ['0.0.0.0', 'forbidden'],
  ['::', 'forbidden'],
  ['::7f00:1', 'forbidden'],
  ['169.254.169.254', 'forbidden'],
  ['::ffff:169.254.169.254', 'forbidden'],
  ['fe80::1', 'forbidden'],
  ['fe80::1%eth0', 'forbidden'],
  ['fec0::1', 'forbidden'],
  ['fd00:ec2::254', 'forbidden'],
  ['fd20:ce::254', 'forbidden'],
  ['100.100.100.200', 'forbidden'],
  ['168.63.129.16', 'forbidden'],
  ['224.0.0.1', 'forbidden'],
  ['ff02::1', 'forbidden'],
  ['255.255.255.255', 'forbidden'],
  ['240.0.0.1', 'forbidden'],
  ['192.0.2.1', 'forbidden'],
  ['2002:7f00:1::1', 'forbidden'],
  ['2001:0:1::1', 'forbidden'],
  ['not an address', 'forbidden'],
] as const)('%s is %s', (address, kind) => {
  expect(kindOf(address)).toBe(kind);
});

describe('a policy', () => {
  test('that allows nothing lets only public addresses through', () => {
    const guard = guardAddresses(closed);

    expect(guard('example.org', '93.184.216.34')).toBeNull();
    expect(guard('example.org', '10.0.0.1')).toBe('is a private address');
    expect(guard('example.org', '127.0.0.1')).toBe('is a loopback address');
    expect(guard('example.org', '169.254.169.254')).toContain('link-local');
    expect(guard('example.org', 'nonsense')).toBe('is not an address');
  });

  test('for the works of editors reaches private addresses but neither loopback nor metadata', () => {
    const guard = guardAddresses({ ...closed, allowPrivate: true });

    expect(guard('worker', '10.0.0.1')).toBeNull();
    expect(guard('worker', '::1')).not.toBeNull();
    expect(guard('worker', 'fd00:ec2::254')).not.toBeNull();
  });

  test('lists names for private and loopback addresses only, whatever their case or final dot', () => {
    const guard = guardAddresses({ ...closed, allowHosts: ['Hooks.corp.example', '*.Svc.local'] });

    expect(guard('hooks.corp.example.', '10.0.0.1')).toBeNull();
    expect(guard('HOOKS.corp.example', '127.0.0.1')).toBeNull();
    expect(guard('a.b.svc.local', '10.0.0.1')).toBeNull();
    expect(guard('svc.local', '10.0.0.1')).not.toBeNull();
    expect(guard('evilhooks.corp.example', '10.0.0.1')).not.toBeNull();
    expect(guard('hooks.corp.example', '169.254.169.254')).not.toBeNull();
  });

  test('lists addresses and ranges for whatever they are', () => {
    const guard = guardAddresses({
      ...closed,
      allowHosts: ['127.0.0.1', '169.254.7.0/24', 'fd00::/8'],
    });

    expect(guard('x', '127.0.0.1')).toBeNull();
    expect(guard('x', '::ffff:127.0.0.1')).toBeNull();
    expect(guard('x', '127.0.0.2')).not.toBeNull();
    expect(guard('x', '169.254.7.9')).toBeNull();
    expect(guard('x', 'fd00:ec2::254')).toBeNull();
    expect(guard('x', '169.254.8.9')).not.toBeNull();
  });

  test('lists one address as that one, and a bare number as a name', () => {
    const guard = guardAddresses({ ...closed, allowHosts: ['fd00::1', '2130706433'] });

    expect(guard('x', 'fd00::1')).toBeNull();
    expect(guard('x', 'fd00::2')).not.toBeNull();
    expect(guard('x', '127.0.0.1')).not.toBeNull();
    expect(guard('2130706433', '127.0.0.1')).toBeNull();
  });

  test('refuses an entry that it cannot read, by name', () => {
    expect(() => guardAddresses({ ...closed, allowHosts: ['http://x/'] })).toThrow(
      '"http://x/" is neither a host name, an address nor a CIDR range',
    );
  });
});
