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
import { failureOf, type OutboundFailure, sentence } from '../failure.ts';
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
};

/** Together less than the lease of a message: see operations/alerts/outbox.ts. */
const CONNECT_MS = 10_000;
const SILENT_MS = 15_000;
const TOTAL_MS = 40_000;

export function createMailer({ policy, resolve }: MailerOptions): Mailer {
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
        const transport = createTransport(optionsOf(settings, found.address));
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
            late.addEventListener('abort', () =>
              reject(Object.assign(new Error('no complete answer in time'), { code: 'ETIMEDOUT' })),
            );
          }),
        ]);
        transport.close();

        return { verdict: { type: 'sent', result: 'accepted' }, answer: info.response };
      } catch (error) {
        // Whatever was thrown here is an error of the mailer, of the resolver or of ours.
        return judgeError(settings, error as MailError);
      }
    },
  };
}

function optionsOf(
  { host, port, security, user, password }: ChannelSettings['email'],
  address: string,
): SMTPTransport.Options {
  return {
    host: address,
    port,
    name: 'latchwork',
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // RFC 6066: a server name is no address.
    tls: isIP(host) === 0 ? { servername: host } : {},
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    dnsTimeout: CONNECT_MS,
  };
}

type MailError = Error & {
  readonly code?: string;
  /** What the server said last; absent: nothing, or it was never heard. */
  readonly response?: string;
  readonly responseCode?: number;
};

/** 5xx is for good (RFC 5321), as is a wrong password; 4xx and the network may be better later. */
function judgeError(
  { host, port }: ChannelSettings['email'],
  error: MailError,
): { verdict: AlertVerdict; answer: string | null } {
  const { code, response, responseCode, message } = error;
  const final = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH';
  const result =
    response === undefined ? sentence(networkFailure(error), `${host}:${port}`, message) : message;

  return { verdict: failed(final, result), answer: response ?? null };
}

/** The mailer puts codes of its own in the place of those of TLS; what is left of them is the message. */
function networkFailure(error: MailError): OutboundFailure {
  return error.code === 'ETLS' || /certificate/i.test(error.message)
    ? 'tls'
    : failureOf(error, true).code;
}

function failed(final: boolean, result: string): AlertVerdict {
  return { type: 'failed', final, afterMs: 0, result };
}
