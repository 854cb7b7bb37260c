import { describe, expect, test } from 'vitest';
import { type AddressPolicy, guardAddresses } from './address.ts';
import { faultOfHost, faultOfTarget, outboundGuards } from './target.ts';

const closed: AddressPolicy = { allowPrivate: false, allowLoopback: false, allowHosts: [] };
const trial: AddressPolicy = { allowPrivate: true, allowLoopback: true, allowHosts: [] };
const strict = guardAddresses(closed);

test.each([
  ['http://127.0.0.1:8080/x', 'refused_address', 'leads to 127.0.0.1, which is a loopback'],
  ['http://127.1/', 'refused_address', 'leads to 127.0.0.1,'],
  ['http://2130706433/', 'refused_address', 'leads to 127.0.0.1,'],
  ['http://0x7f.0.0.1/', 'refused_address', 'leads to 127.0.0.1,'],
  ['http://①②⑦.0.0.1/', 'refused_address', 'leads to 127.0.0.1,'],
  ['http://[::1]/', 'refused_address', 'leads to ::1,'],
  ['http://[::ffff:169.254.169.254]/', 'refused_address', 'metadata'],
  ['http://10.0.0.7/', 'refused_address', 'a private address'],
  ['http://169.254.169.254/latest/', 'refused_address', 'metadata'],
  ['http://[fe80::1]/', 'refused_address', 'link-local'],
  ['http://[fd00:ec2::254]/', 'refused_address', 'metadata'],
  ['http://0.0.0.0/', 'refused_address', 'reserved'],
  ['http://localhost:3000/', 'refused_address', 'leads to localhost, which is a loopback'],
  ['http://LocalHost./', 'refused_address', 'a loopback address'],
  ['http://api.localhost/', 'refused_address', 'a loopback address'],
  ['ftp://example.org/', 'bad_url', 'must begin with http:// or https://, not ftp:'],
  ['https://me:secret@example.org/', 'bad_url', 'must not hold a user name or password'],
  ['https://me@example.org/', 'bad_url', 'must not hold a user name or password'],
  ['https://:secret@example.org/', 'bad_url', 'must not hold a user name or password'],
  ['nowhere', 'bad_url', 'cannot be read'],
])('nothing can be sent to %s', (url, code, reason) => {
  expect(faultOfTarget(url, strict)).toMatchObject({ code });
  expect(faultOfTarget(url, strict)?.reason).toContain(reason);
});

test('a name may come to lead anywhere, and a public address does already', () => {
  for (const url of ['http://internal/', 'https://10.0.0.7.example/', 'http://93.184.216.34/']) {
    expect(faultOfTarget(url, strict)).toBeNull();
  }
});

test('whoever reads of a refused address is told what would let it through', () => {
  expect(faultOfTarget('http://10.0.0.7/', strict)?.reason).toContain('LATCHWORK_ALLOW_HOSTS');
});

describe('what is allowed', () => {
  test('is not refused: this machine in the embedded trial, and what is listed', () => {
    const listed = (...allowHosts: string[]) => guardAddresses({ ...closed, allowHosts });

    expect(faultOfTarget('http://localhost:8000/', guardAddresses(trial))).toBeNull();
    expect(faultOfTarget('http://127.0.0.1:8000/', guardAddresses(trial))).toBeNull();
    expect(faultOfTarget('http://10.0.0.7/', listed('10.0.0.0/8'))).toBeNull();
    expect(faultOfTarget('http://localhost/', listed('localhost'))).toBeNull();
    expect(faultOfTarget('http://localhost/', listed('::1'))).toBeNull();
    expect(faultOfTarget('http://localhost/', listed('127.0.0.1'))).toBeNull();
    expect(faultOfTarget('http://127.0.0.1/', listed('localhost'))).not.toBeNull();
  });

  test('for a URL that comes with an instance leaves private networks out, unless they are listed', () => {
    const { project, instances } = outboundGuards({ ...trial, allowHosts: ['10.9.0.0/16'] });

    expect(faultOfTarget('http://10.0.0.7/', project)).toBeNull();
    expect(faultOfTarget('http://10.0.0.7/', instances)).not.toBeNull();
    expect(faultOfTarget('http://10.9.0.7/', instances)).toBeNull();
    expect(faultOfTarget('http://127.0.0.1/', instances)).toBeNull();
  });
});

test('a host alone is judged alike, with brackets or without', () => {
  expect(faultOfHost('::1', strict)).not.toBeNull();
  expect(faultOfHost('[::1]', strict)).not.toBeNull();
  expect(faultOfHost('192.168.0.9', strict)).not.toBeNull();
  expect(faultOfHost('smtp.example.org', strict)).toBeNull();
});
