/** Where alerts go, and what each kind of channel needs to be told. */
import * as z from 'zod';
import type { AlertLevel } from './rule.ts';

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2_000, 'must be at most 2000 characters long')
  .meta({ description: 'as the vendor gave it; never answered again' });

const at = z
  .array(z.string().trim().min(1).max(100))
  .max(50)
  .default([])
  .meta({ description: 'whom to mention, by the ids of the vendor; `all` for everyone' });

const keyword = z
  .string()
  .max(100)
  .optional()
  .meta({ description: 'the word that the robot asks for in every message' });

const address = z.email().max(320);

export const CHANNEL_SETTINGS = {
  /** Robot of a DingTalk group. Numbers in `at` are mobiles, other texts user ids. */
  dingtalk: z.strictObject({
    url: httpUrl,
    secret: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: '`SEC…`, of a signed robot' }),
    keyword,
    at,
  }),
  /** Robot of a Feishu (Lark) group. `at`: open ids. */
  feishu: z.strictObject({
    url: httpUrl,
    secret: z.string().min(1).max(200).optional().meta({ description: 'of a signed robot' }),
    keyword,
    at,
  }),
  /** Robot of a WeCom group. `at`: user ids. */
  wecom: z.strictObject({ url: httpUrl, at }),
  /** Incoming webhook of Slack. `at`: member ids. */
  slack: z.strictObject({ url: httpUrl, at }),
  /** Any receiver: JSON, signed as Standard Webhooks. */
  webhook: z.strictObject({
    url: httpUrl,
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+=*$/, 'must be whsec_ followed by base64')
      .max(200)
      .optional(),
  }),
  email: z.strictObject({
    host: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .regex(/^[^\s/@]*$/, 'must be the name of a host')
      .meta({ description: 'of the SMTP server' }),
    port: z.int().min(1).max(65_535).default(587),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('starttls')
      .meta({ description: '`tls` from the first byte (465), `starttls` or nothing at all (587)' }),
    user: z.string().max(320).optional(),
    password: z.string().max(1_000).optional(),
    from: address,
    to: z.array(address).min(1).max(50),
  }),
} as const;

export type ChannelKind = keyof typeof CHANNEL_SETTINGS;

export const CHANNEL_KINDS = Object.keys(CHANNEL_SETTINGS) as [ChannelKind, ...ChannelKind[]];

export type ChannelSettings = {
  readonly [Kind in ChannelKind]: z.output<(typeof CHANNEL_SETTINGS)[Kind]>;
};

/** A kind with the settings of that kind. */
export type ChannelTarget = {
  readonly [Kind in ChannelKind]: {
    readonly kind: Kind;
    readonly settings: ChannelSettings[Kind];
  };
}[ChannelKind];

/** Settings that open doors: stored, used, and never answered. The URLs of robots hold their tokens. */
export const SECRET_SETTINGS: Readonly<Record<ChannelKind, readonly string[]>> = {
  dingtalk: ['url', 'secret'],
  feishu: ['url', 'secret'],
  wecom: ['url'],
  slack: ['url'],
  webhook: ['url', 'secret'],
  email: ['password'],
};

/** The one form of an alert that every channel renders in its own way. */
export type AlertMessage = {
  readonly type: 'fired' | 'resolved' | 'test';
  readonly level: AlertLevel;
  readonly title: string;
  readonly lines: readonly string[];
  readonly url: string;
  /** What the link says. */
  readonly linkText: string;
  /** Whom to mention. */
  readonly at: readonly string[];
  readonly fingerprint: string;
};
