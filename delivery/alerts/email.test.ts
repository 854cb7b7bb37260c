/** E-mail against a small SMTP server that speaks over real sockets. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { AlertMessage, ChannelSettings } from '#engine/alert/channel.ts';
import { receiveRaw } from '../receiver.fixture.ts';
import { createMailer, renderMail } from './email.ts';

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

type Smtp = { readonly host: string; readonly port: number; readonly mails: string[] };

/** Says what RFC 5321 wants said; `refuse` answers a command, by its first word, otherwise. */
async function smtpServer(refuse: Readonly<Record<string, string>> = {}): Promise<Smtp> {
  const mails: string[] = [];
  const url = await receiveRaw((socket: Socket) => {
    let text = '';
    let data: string[] | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test ESMTP');

    const hear = (line: string) => {
      if (data !== null) {
        if (line === '.') {
          mails.push(data.join('\n'));
          data = null;
          say(refuse['.'] ?? '250 2.0.0 Ok: queued as 4DfX');
        } else {
          data.push(line);
        }
        return;
      }
      const word = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? '';
      const refusal = refuse[word];
      if (refusal !== undefined) {
        say(refusal);
      } else if (word === 'EHLO') {
        say('250-test');
        say('250-AUTH PLAIN');
        say('250 8BITMIME');
      } else if (word === 'AUTH') {
        const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        say(
          user === 'latch' && password === 'open sesame'
            ? '235 2.7.0 Authentication successful'
            : '535 5.7.8 Authentication failed',
        );
      } else if (word === 'DATA') {
        data = [];
        say('354 End data with <CR><LF>.<CR><LF>');
      } else if (word === 'QUIT') {
        say('221 Bye');
        socket.end();
      } else {
        say('250 Ok');
      }
    };
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const lines = text.split('\r\n');
      text = lines.pop() ?? '';
      lines.forEach(hear);
    });
  });
  const { hostname, port } = new URL(url);

  return { host: hostname, port: Number(port), mails };
}

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
  const [mail = ''] = server.mails;
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
  expect(await send(settings(await smtpServer({ RCPT: '550 5.1.1 No such user' })))).toMatchObject({
    verdict: { type: 'failed', final: true },
    answer: expect.stringContaining('550') as string,
  });
  expect(await send(settings(await smtpServer({ '.': '452 4.3.1 Disk full' })))).toMatchObject({
    verdict: { type: 'failed', final: false },
    answer: '452 4.3.1 Disk full',
  });
});

test('a server that offers no STARTTLS gets nothing from a channel that asks for it', async () => {
  const server = await smtpServer({ STARTTLS: '502 5.5.1 Not implemented' });
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
