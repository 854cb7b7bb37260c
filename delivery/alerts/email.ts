/**
 * E-mail over SMTP. The server's name is resolved once and checked as the address of every other request; the connection goes to exactly
 * that address, while its certificate must be for the name.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { AlertMessage, ChannelSettings } from '#engine/alert/channel.ts';
import { type AddressPolicy, guardAddresses } from '#engine/outbound/address.ts';
import type { Resolve } from '../lookup.ts';
import type { AlertVerdict } from './judge.ts';
import { markOf, oneLine } from './plain.ts';

export type Mail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
};

export function renderMail(
  { from, to }: ChannelSettings['email'],
  { lines, url, ...message }: AlertMessage,
): Mail {
  return {
    from,
    to,
    subject: `${markOf(message)} ${oneLine(message.title)}`,
    text: [oneLine(message.title), '', ...lines.map(oneLine), '', url, ''].join('\n'),
  };
}

export type Mailer = {
  /** Never throws for what the server or the network does. */
  readonly send: (
    settings: ChannelSettings['email'],
    mail: Mail,
    id: string,
  ) => Promise<{ readonly verdict: AlertVerdict; readonly answer: string | null }>;
};

export type MailerOptions = {
  readonly policy: AddressPolicy;
  readonly resolve?: Resolve;
  /** Certificates to trust beside those that Node brings: a test's own. */
  readonly trusted?: readonly string[];
};

/** Together less than the lease of a message: see operations/alerts/outbox.ts. */
const CONNECT_MS = 10_000;
const SILENT_MS = 15_000;
const TOTAL_MS = 40_000;

export function createMailer({ policy, resolve, trusted }: MailerOptions): Mailer {
  const guard = guardAddresses(policy);
  const resolveName = resolve ?? ((host: string) => lookup(host, { all: true }));

  /** An address that may be connected to, or why there is none. */
  async function find(host: string): Promise<{ address: string } | { refused: string }> {
    const known = isIP(host) === 0 ? await resolveName(host) : [{ address: host, family: 0 }];
    const allowed = known.find(({ address }) => guard(host, address) === null);

    return (
      allowed ?? {
        refused: known
          .map(({ address }) => `${host} is ${address}, which ${guard(host, address)}`)
          .join('; '),
      }
    );
  }

  return {
    async send(settings, mail, id) {
      try {
        const found = await find(settings.host);
        if ('refused' in found) {
          return { verdict: failed(true, found.refused), answer: null };
        }
        const transport = createTransport(optionsOf(settings, found.address, trusted));
        const late = AbortSignal.timeout(TOTAL_MS);
        late.addEventListener('abort', () => transport.close());
        const info = await Promise.race([
          transport.sendMail({
            ...mail,
            to: [...mail.to],
            // The same for every try: servers and mailboxes tell repetitions by it.
            messageId: `<${id}@latchwork>`,
            disableFileAccess: true,
            disableUrlAccess: true,
          }),
          new Promise<never>((_, reject) => {
            late.addEventListener('abort', () => reject(new Error('no complete answer in time')));
          }),
        ]);
        transport.close();

        return { verdict: { type: 'sent', result: 'accepted' }, answer: info.response };
      } catch (error) {
        return judgeError(error);
      }
    },
  };
}

function optionsOf(
  { host, port, security, user, password }: ChannelSettings['email'],
  address: string,
  trusted: readonly string[] | undefined,
): SMTPTransport.Options {
  return {
    host: address,
    port,
    name: 'latchwork',
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: {
      // RFC 6066: a server name is no address.
      ...(isIP(host) === 0 && { servername: host }),
      ...(trusted && { ca: [...trusted] }),
    },
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    dnsTimeout: CONNECT_MS,
  };
}

/** 5xx is for good (RFC 5321), as is a wrong password; 4xx and the network may be better later. */
function judgeError(error: unknown): { verdict: AlertVerdict; answer: string | null } {
  const { code, response, responseCode, message } = error as {
    readonly code?: string;
    readonly response?: string;
    readonly responseCode?: number;
    readonly message: string;
  };
  const final = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH';

  return { verdict: failed(final, message), answer: response ?? null };
}

function failed(final: boolean, result: string): AlertVerdict {
  return { type: 'failed', final, afterMs: 0, result };
}
