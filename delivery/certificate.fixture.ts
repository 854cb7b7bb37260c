/**
 * A key and a certificate that it has signed itself, for `mail.example.test` and 127.0.0.1, from 2020 to 2119. Nobody trusts it but the
 * tests that say so; Node cannot make one, and OpenSSL need not be there. Made by
 *
 *     openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=Latchwork test fixture'
 *     openssl ca -selfsign -startdate 20200101000000Z -enddate 21200101000000Z    # subjectAltName, basicConstraints=CA:TRUE
 */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsdARUBBtN7DBN6k5
8WK6TUJFEU4uArA0mD7mChwdTMChRANCAAR7Falz73OjDznP7ybUoEzzAj9Itpxw
CtbQa5oqe/5/gSpeJrzBggl6gZC63yW8ZtpPvhsPtU75GSoBj98AvtFe
-----END PRIVATE KEY-----
`;

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmTCCAT+gAwIBAgIBATAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZMYXRjaHdv
cmsgdGVzdCBmaXh0dXJlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
WjAhMR8wHQYDVQQDDBZMYXRjaHdvcmsgdGVzdCBmaXh0dXJlMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEexWpc+9zow85z+8m1KBM8wI/SLaccArW0GuaKnv+f4Eq
Xia8wYIJeoGQut8lvGbaT74bD7VO+RkqAY/fAL7RXqNmMGQwDwYDVR0TAQH/BAUw
AwEB/zAOBgNVHQ8BAf8EBAMCAoQwIgYDVR0RBBswGYIRbWFpbC5leGFtcGxlLnRl
c3SHBH8AAAEwHQYDVR0OBBYEFGH+HO6yvalVhx+4A/pPVXaYsFnEMAoGCCqGSM49
BAMCA0gAMEUCIDd4F1W4ny4XavBYpSNrwd+ftqBomJJqXrgrTtPMVH3LAiEAs3mk
3hqvhkkB0YUdimuYGAeE+PryfAroNS3+8aJY+fs=
-----END CERTIFICATE-----
`;

/** As an operator does with `NODE_EXTRA_CA_CERTS`: Node trusts it beside all others, until the test ends. */
export function trustCertificate(): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, CERTIFICATE]);
  onTestFinished(() => setDefaultCACertificates(before));
}
