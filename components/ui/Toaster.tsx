'use client';

import { useTranslations } from 'next-intl';
import { Toaster as Sonner } from 'sonner';

/** Where toasts appear. Call `toast` of sonner anywhere; it is announced politely by an aria-live region. */
export function Toaster() {
  const t = useTranslations('common');

  return (
    <Sonner
      position="bottom-right"
      containerAriaLabel={t('notifications')}
      offset={16}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-[22rem] max-w-[calc(100vw-2rem)] items-start gap-2 rounded-lg border bg-raised p-3 text-sm text-text shadow-pop',
          title: 'font-medium',
          description: 'text-muted',
          content: 'min-w-0 flex-1',
          actionButton:
            'shrink-0 rounded-md border border-line-strong px-2 h-6 text-xs font-medium hover:bg-hover',
        },
      }}
    />
  );
}
