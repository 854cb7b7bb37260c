import type designer from '../messages/designer.en.json';
import type messages from '../messages/en.json';

/** The languages of the interface. Chosen by a cookie, else by the browser; there is no path prefix. */
export const LOCALES = ['en', 'zh'] as const;

export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'latchwork-locale';

/** What `<html lang>` says, so that browsers choose the right glyphs. */
export const HTML_LANG = { en: 'en', zh: 'zh-CN' } as const satisfies Record<Locale, string>;

export const LOCALE_NAMES = { en: 'English', zh: '中文' } as const satisfies Record<Locale, string>;

export function isLocale(value: string | undefined): value is Locale {
  return (LOCALES as readonly (string | undefined)[]).includes(value);
}

/** The first of the browser's languages that we speak. */
export function preferredLocale(acceptLanguage: string | null): Locale {
  for (const range of acceptLanguage?.split(',') ?? []) {
    const language = range.trim().split(/[-;]/, 1)[0]?.toLowerCase();
    if (isLocale(language)) {
      return language;
    }
  }

  return 'en';
}

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof messages & typeof designer;
  }
}
