import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import designerEn from '../messages/designer.en.json';
import designerZh from '../messages/designer.zh.json';
import en from '../messages/en.json';
import zh from '../messages/zh.json';
import { isLocale, LOCALE_COOKIE, preferredLocale } from './locales.ts';

const messages = { en: { ...en, ...designerEn }, zh: { ...zh, ...designerZh } } as const;

export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  const locale = isLocale(chosen)
    ? chosen
    : preferredLocale((await headers()).get('accept-language'));

  return {
    locale,
    messages: messages[locale],
    // Times are shown in the reader's own zone, by the browser (components/ui/format_time.ts); this only fixes what the server renders.
    timeZone: 'UTC',
  };
});
