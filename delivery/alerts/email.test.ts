/** E-mail against a small SMTP server that speaks over real sockets. */
import { describe, expect, test } from 'vitest';
import type { AlertMessage, ChannelSettings } from '#engine/alert/channel.ts';
import { trustCertificate } from '../certificate.fixture.ts';
import { closedPort } from '../receiver.fixture.ts';
import { createMailer, renderMail } from './email.ts';
import { smtpServer, type Smtp } from './smtp.fixture.ts';

const MESSAGE: AlertMessage = {
  type: 'resolved',
  level: 'warning',
  title: '工作单元“resize”没有可用的 worker',
  lines: ['任务已等待 5 分钟'],
  url: 'https://latchwork.example/works',
  linkText: 'Open',
  at: [],
  fingerprint: 'no_worker:1:resize',
};

function settings({ host, port }: Smtp, more: Partial<ChannelSettings['email']> = {}) {
  return {
    host,
    port,
    security: 'none' as const,
    from: 'latchwork@example.com',
    to: ['oncall@example.com', 'boss@example.com'],
    ...more,
  };
}

const mailer = createMailer({
  policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
});

const send = (to: ChannelSettings['email']) => mailer.send(to, renderMail(to, MESSAGE), 'the-id');

test('a mail arrives with its letters, its receivers and an id that repetitions share', async () => {
  const server = await smtpServer();
  const sent = await send(settings(server, { user: 'latch', password: 'open sesame' }));

  expect(sent).toMatchObject({
    verdict: { type: 'sent' },
    answer: '250 2.0.0 Ok: queued as 4DfX',
  });
  const mail = server.mails[0]?.text ?? '';
  expect(mail).toContain('Message-ID: <the-id@latchwork>');
  expect(mail).toContain('To: oncall@example.com, boss@example.com');
  const encoded = /\n\n([\s\S]*)$/.exec(mail)?.[1] ?? '';
  const body = mail.includes('base64') ? Buffer.from(encoded, 'base64').toString() : encoded;
  expect(body.replaceAll(/=\n/g, '')).toContain(
    mail.includes('quoted-printable') ? '=E4=BB=BB' : '任务已等待',
  );
});

test('a wrong password and an unknown receiver are for good, a full disk is not', async () => {
  expect(await send(settings(await smtpServer(), { user: 'latch', password: 'x' }))).toMatchObject({
    verdict: { type: 'failed', final: true },
    answer: '535 5.7.8 Authentication failed',
  });
  expect(
    await send(settings(await smtpServer({ refuse: { RCPT: '550 5.1.1 No such user' } }))),
  ).toMatchObject({
    verdict: { type: 'failed', final: true },
    answer: expect.stringContaining('550') as string,
  });
  expect(
    await send(settings(await smtpServer({ refuse: { '.': '452 4.3.1 Disk full' } }))),
  ).toMatchObject({
    verdict: { type: 'failed', final: false },
    answer: '452 4.3.1 Disk full',
  });
});

/** Names are resolved by the test; the certificate is for one of them. */
const named = createMailer({
  policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
  resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
});

describe.each([
  ['TLS from the first byte', 'tls', 'implicit'],
  ['STARTTLS', 'starttls', 'starttls'],
] as const)('%s', (_, security, tls) => {
  const sendTo = async (server: Smtp, host: string) => {
    const to = settings(server, { security, host, user: 'latch', password: 'open sesame' });
    return named.send(to, renderMail(to, MESSAGE), '1');
  };

  test.each(['mail.example.test', '127.0.0.1'])(
    'brings the mail to a server whose certificate is for %s and trusted',
    async (host) => {
      trustCertificate();
      const server = await smtpServer({ tls });

      expect((await sendTo(server, host)).verdict).toMatchObject({ type: 'sent' });
      expect(server.mails).toMatchObject([{ secure: true }]);
    },
  );

  test('gives neither mail nor password to a server whose certificate nobody trusts', async () => {
    const server = await smtpServer({ tls });

    expect((await sendTo(server, 'mail.example.test')).verdict).toMatchObject({
      type: 'failed',
      final: false,
      result: expect.stringMatching(
        /^No secure connection \(mail\.example\.test:\d+\): self-signed certificate/,
      ) as string,
    });
    expect(server.mails).toEqual([]);
  });

  test('gives nothing to a server whose certificate is for another name', async () => {
    trustCertificate();
    const server = await smtpServer({ tls });

    expect((await sendTo(server, 'other.example.test')).verdict).toMatchObject({
      type: 'failed',
      result: expect.stringContaining("does not match certificate's altnames") as string,
    });
    expect(server.mails).toEqual([]);
  });
});

test('a server that is not there may be better later', async () => {
  const nobody = { host: '127.0.0.1', port: await closedPort(), mails: [] };
  expect((await send(settings(nobody))).verdict).toMatchObject({
    type: 'failed',
    final: false,
    result: expect.stringMatching(/^No connection \(127\.0\.0\.1:\d+\): .*ECONNREFUSED/) as string,
  });
});

test('a server that offers no STARTTLS gets nothing from a channel that asks for it', async () => {
  const server = await smtpServer({ refuse: { STARTTLS: '502 5.5.1 Not implemented' } });
  const sent = await send(settings(server, { security: 'starttls', user: 'latch', password: 'x' }));

  expect(sent.verdict).toMatchObject({ type: 'failed' });
  expect(server.mails).toEqual([]);
});

test('a name that resolves to a refused address is not connected to', async () => {
  const server = await smtpServer();
  const strict = createMailer({
    policy: { allowPrivate: false, allowLoopback: false, allowHosts: [] },
    resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }]),
  });
  const to = settings(server, { host: 'mail.evil.example' });

  expect((await strict.send(to, renderMail(to, MESSAGE), '1')).verdict).toMatchObject({
    type: 'failed',
    final: true,
    result: expect.stringContaining('169.254.169.254') as string,
  });
});
