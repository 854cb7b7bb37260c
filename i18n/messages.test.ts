import { expect, test } from 'vitest';
import {
  ATTEMPT_OUTCOMES,
  INSTANCE_STATUSES,
  TASK_STATUSES,
  VERSION_STATUSES,
} from '#engine/states.ts';
import designerEn from '../messages/designer.en.json';
import designerZh from '../messages/designer.zh.json';
import en from '../messages/en.json';
import zh from '../messages/zh.json';
import { preferredLocale } from './locales.ts';

type Messages = { readonly [key: string]: string | Messages };

function flat(messages: Messages, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${prefix}${key}`, value] as const]
        : [...flat(value, `${prefix}${key}.`)],
    ),
  );
}

/** The names that a message is given: `{count}`, `{count, number}`, `<time>`. */
function placeholders(message: string): string[] {
  const unquoted = message.replace(/'\{[^']*'?/g, '');
  const names = [...unquoted.matchAll(/\{\s*(\w+)\s*[,}]|<(\w+)>/g)];
  return [...new Set(names.map(([, argument, tag]) => argument ?? tag ?? ''))].toSorted();
}

const ENGLISH = flat({ ...en, ...designerEn });
const CHINESE = flat({ ...zh, ...designerZh });

test('every message is there in both languages', () => {
  expect([...CHINESE.keys()].toSorted()).toEqual([...ENGLISH.keys()].toSorted());
});

test('both languages say the same things with the same facts', () => {
  for (const [key, message] of ENGLISH) {
    expect([key, placeholders(CHINESE.get(key) ?? '')]).toEqual([key, placeholders(message)]);
  }
});

test('no message is empty', () => {
  for (const [key, message] of [...ENGLISH, ...CHINESE]) {
    expect([key, message.trim()]).not.toEqual([key, '']);
  }
});

test('every state has its word', () => {
  expect(Object.keys(en.status.task).toSorted()).toEqual(TASK_STATUSES.toSorted());
  expect(Object.keys(en.status.instance).toSorted()).toEqual(INSTANCE_STATUSES.toSorted());
  expect(Object.keys(en.status.attempt).toSorted()).toEqual(
    [...ATTEMPT_OUTCOMES, 'live'].toSorted(),
  );
  expect(Object.keys(en.status.version).toSorted()).toEqual(VERSION_STATUSES.toSorted());
});

test('the language is the first of the browser that we speak, else English', () => {
  expect(preferredLocale('fr-FR,zh-TW;q=0.8,en;q=0.5')).toBe('zh');
  expect(preferredLocale('EN-us')).toBe('en');
  expect(preferredLocale('fr')).toBe('en');
  expect(preferredLocale(null)).toBe('en');
});
