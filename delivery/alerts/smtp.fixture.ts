/** A small SMTP server over real sockets, for tests: it says what RFC 5321, and for TLS RFC 3207, want said. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { CERTIFICATE, KEY } from '../certificate.fixture.ts';
import { receiveRaw } from '../receiver.fixture.ts';

export type Smtp = {
  readonly host: string;
  readonly port: number;
  readonly mails: Mail[];
};

type Mail = { readonly text: string; readonly secure: boolean };

export type SmtpOptions = {
  /** Answers to commands, by their first word, other than the usual ones. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** With the certificate of certificate.fixture.ts: from the first byte, or when asked to. */
  readonly tls?: 'implicit' | 'starttls';
};

export async function smtpServer({ refuse = {}, tls }: SmtpOptions = {}): Promise<Smtp> {
  const mails: Mail[] = [];
  const url = await receiveRaw((socket) => {
    const secure = tls === 'implicit';
    const conversation = { socket: secure ? secured(socket) : socket, secure };
    say(conversation.socket, '220 test ESMTP');
    converse(conversation, { refuse, startTls: tls === 'starttls', mails });
  });
  const { hostname, port } = new URL(url);

  return { host: hostname, port: Number(port), mails };
}

type Conversation = { readonly socket: Socket; readonly secure: boolean };

type Manners = {
  readonly refuse: Readonly<Record<string, string>>;
  readonly startTls: boolean;
  readonly mails: Mail[];
};

function converse({ socket, secure }: Conversation, manners: Manners): void {
  const { refuse, startTls, mails } = manners;
  let heard = '';
  let data: string[] | null = null;

  const hear = (line: string): void => {
    if (data !== null) {
      if (line !== '.') {
        data.push(line);
        return;
      }
      mails.push({ text: data.join('\n'), secure });
      data = null;
      say(socket, refuse['.'] ?? '250 2.0.0 Ok: queued as 4DfX');
      return;
    }
    const word = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? '';
    const refusal = refuse[word];

    if (refusal !== undefined) {
      say(socket, refusal);
    } else if (word === 'EHLO') {
      const offers = startTls && !secure ? ['STARTTLS'] : ['AUTH PLAIN'];
      say(socket, '250-test', ...offers.map((offer) => `250-${offer}`), '250 8BITMIME');
    } else if (word === 'STARTTLS' && startTls) {
      say(socket, '220 Go ahead');
      socket.removeAllListeners('data');
      converse({ socket: secured(socket), secure: true }, manners);
    } else if (word === 'AUTH') {
      say(socket, isPassword(line) ? '235 2.7.0 Welcome' : '535 5.7.8 Authentication failed');
    } else if (word === 'DATA') {
      data = [];
      say(socket, '354 End data with <CR><LF>.<CR><LF>');
    } else if (word === 'QUIT') {
      say(socket, '221 Bye');
      socket.end();
    } else {
      say(socket, '250 Ok');
    }
  };

  socket.on('data', (chunk) => {
    const lines = (heard + chunk.toString()).split('\r\n');
    heard = lines.pop() ?? '';
    lines.forEach(hear);
  });
}

function say(socket: Socket, ...lines: readonly string[]): void {
  socket.write(lines.map((line) => `${line}\r\n`).join(''));
}

function secured(socket: Socket): Socket {
  const secure = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
  // A client that does not like the certificate hangs up.
  secure.on('error', () => socket.destroy());
  return secure;
}

/** `AUTH PLAIN <base64 of NUL user NUL password>`. */
function isPassword(line: string): boolean {
  const said = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString();
  return said === '\0latch\0open sesame';
}
