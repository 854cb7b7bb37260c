'use client';

import { Menu as MenuIcon, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { LiveStream } from '../query/provider.tsx';
import { IconButton } from '../ui/Button.tsx';
import { Logo } from '../ui/Logo.tsx';
import type { Theme } from '../ui/theme.ts';
import { LiveControl, StaleBanner } from './LiveControl.tsx';
import { Navigation } from './Navigation.tsx';
import { ShortcutKeys } from './Shortcuts.tsx';
import { UserMenu } from './UserMenu.tsx';
import type { SignedInUser } from './UserMenu.tsx';

type ShellProps = { user: SignedInUser; theme: Theme; children: ReactNode };

/** The frame of every signed-in page: navigation at the side (in a drawer on phones), live control and user at the top. */
export function Shell({ user, theme, children }: ShellProps) {
  const t = useTranslations('nav');

  return (
    <div className="flex min-h-dvh">
      <LiveStream />
      <ShortcutKeys />
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-sm text-accent-text focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <aside className="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col gap-3 border-r bg-surface px-2.5 py-3 lg:flex">
        <Home />
        <Navigation />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b bg-page/90 px-3 backdrop-blur-sm sm:px-6">
          <Drawer />
          <div className="lg:hidden">
            <Home />
          </div>
          <div className="flex-1" />
          <LiveControl />
          <UserMenu user={user} theme={theme} />
        </header>
        <StaleBanner />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto flex w-full max-w-[96rem] min-w-0 flex-1 flex-col gap-5 px-3 py-5 focus:outline-none sm:px-6"
        >
          {children}
        </main>
      </div>
    </div>
  );
}

function Home() {
  return (
    <Link
      href="/"
      className="flex h-8 items-center gap-2 rounded-md px-2 font-semibold tracking-tight"
    >
      <Logo />
      Latchwork
    </Link>
  );
}

function Drawer() {
  const t = useTranslations('nav');
  const common = useTranslations('common');
  const [open, setOpen] = useState(false);

  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>
        <IconButton label={t('open')} icon={MenuIcon} className="lg:hidden" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-[oklch(0.2_0.02_220/0.45)]" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 flex w-64 flex-col gap-3 border-r bg-surface p-3 shadow-modal focus:outline-none"
        >
          <div className="flex items-center justify-between">
            <Radix.Title className="px-2 font-semibold">{t('main')}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={common('close')} icon={X} />
            </Radix.Close>
          </div>
          <Navigation onNavigate={() => setOpen(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
