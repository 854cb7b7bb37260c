import './globals.css';
import type { Metadata, Viewport } from 'next';
import { NextIntlClientProvider } from 'next-intl';
import { getLocale } from 'next-intl/server';
import { cookies } from 'next/headers';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { QueryProvider } from '#components/query/provider.tsx';
import { Listening } from '#components/shell/Listening.tsx';
import { isTheme, THEME_COOKIE } from '#components/ui/theme.ts';
import { Toaster } from '#components/ui/Toaster.tsx';
import { TooltipProvider } from '#components/ui/Tooltip.tsx';
import { HTML_LANG } from '../i18n/locales.ts';

export const metadata: Metadata = {
  title: { default: 'Latchwork', template: '%s · Latchwork' },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: LayoutProps<'/'>) {
  const locale = await getLocale();
  const theme = (await cookies()).get(THEME_COOKIE)?.value;

  return (
    <html lang={HTML_LANG[locale]} data-theme={isTheme(theme) ? theme : 'system'}>
      <body>
        <NextIntlClientProvider>
          <NuqsAdapter>
            <QueryProvider>
              <TooltipProvider delayDuration={350}>{children}</TooltipProvider>
            </QueryProvider>
          </NuqsAdapter>
          <Toaster />
          <Listening />
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
