/** A channel as it is written in the form: texts, until it is sent. */
import type { AlertChannel } from '#api/types.ts';
import { SECRET_SETTINGS, type ChannelKind } from '#engine/alert/channel.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import { listOf } from './rule_form.ts';

export type FieldName =
  | 'url'
  | 'secret'
  | 'keyword'
  | 'at'
  | 'host'
  | 'port'
  | 'security'
  | 'user'
  | 'password'
  | 'from'
  | 'to';

export const CHANNEL_FIELDS: Readonly<Record<ChannelKind, readonly FieldName[]>> = {
  dingtalk: ['url', 'secret', 'keyword', 'at'],
  feishu: ['url', 'secret', 'keyword', 'at'],
  wecom: ['url', 'at'],
  slack: ['url', 'at'],
  webhook: ['url', 'secret'],
  email: ['host', 'port', 'security', 'user', 'password', 'from', 'to'],
};

const NEEDED: ReadonlySet<FieldName> = new Set(['url', 'host', 'from', 'to']);
const LISTS: ReadonlySet<FieldName> = new Set(['at', 'to']);

export type WrittenChannel = {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly language: AlertChannel['language'];
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
};

export function newChannel(language: AlertChannel['language']): WrittenChannel {
  return { name: '', kind: 'dingtalk', language, fields: { port: '587', security: 'starttls' } };
}

export function writtenFrom(channel: AlertChannel): WrittenChannel {
  const entries = CHANNEL_FIELDS[channel.kind].map(
    (name) => [name, textOf(channel.settings[name])] as const,
  );
  return {
    name: channel.name,
    kind: channel.kind,
    language: channel.language,
    fields: Object.fromEntries(entries),
  };
}

function textOf(value: Json | undefined): string {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === 'string').join(', ')
    : typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : '';
}

export function isSecret(kind: ChannelKind, name: FieldName): boolean {
  return SECRET_SETTINGS[kind].includes(name);
}

/** Whether a channel is nothing without it. */
export function isNeeded(kind: ChannelKind, name: FieldName): boolean {
  return NEEDED.has(name) && CHANNEL_FIELDS[kind].includes(name);
}

/** What is sent. A secret that is left empty stays what it was; anything else that is emptied is taken away. */
export function bodyOf(
  { name, kind, language, fields }: WrittenChannel,
  isNew: boolean,
): JsonObject {
  const settings = CHANNEL_FIELDS[kind].flatMap((field): [string, Json][] => {
    const text = (fields[field] ?? '').trim();
    if (LISTS.has(field)) {
      return [[field, listOf(text)]];
    }
    if (text === '') {
      return isNew || isSecret(kind, field) ? [] : [[field, null]];
    }
    return [[field, field === 'port' && !Number.isNaN(Number(text)) ? Number(text) : text]];
  });

  return {
    name: name.trim(),
    language,
    ...(isNew && { kind }),
    settings: Object.fromEntries(settings),
  };
}
