'use client';

import { LogOut } from 'lucide-react';
import { signOut } from 'next-auth/react';
import { useLocale, useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { toast } from 'sonner';
import { LOCALE_COOKIE, LOCALE_NAMES, LOCALES } from '../../i18n/locales.ts';
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from '../ui/Menu.tsx';
import { rememberInCookie } from '../ui/preference.ts';
import { isTheme, THEME_COOKIE, THEMES } from '../ui/theme.ts';
import type { Theme } from '../ui/theme.ts';

export type SignedInUser = { readonly name: string; readonly email: string; readonly role: string };

export function UserMenu({ user, theme }: { user: SignedInUser; theme: Theme }) {
  const t = useTranslations('user');
  const problems = useTranslations('problem');

  return (
    <Menu>
      <MenuTrigger>
        <button
          type="button"
          aria-label={t('menu')}
          className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase hover:brightness-95"
        >
          {initials(user.name)}
        </button>
      </MenuTrigger>
      <MenuContent>
        <div className="max-w-60 px-2 py-1.5">
          <p className="truncate text-sm font-medium">{user.name}</p>
          <p className="truncate text-xs text-muted">{user.email}</p>
        </div>
        <MenuSeparator />
        <LanguageChoice />
        <MenuSeparator />
        <ThemeChoice initial={theme} />
        <MenuSeparator />
        <MenuItem
          icon={LogOut}
          onSelect={() => {
            void signOut({ redirect: false }).then(
              () => location.assign('/login'),
              () => toast.error(problems('unreachable')),
            );
          }}
        >
          {t('signOut')}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 32))
    .join('');
}

function LanguageChoice() {
  const t = useTranslations('user');
  const locale = useLocale();
  const router = useRouter();
  const [, startTransition] = useTransition();

  return (
    <>
      <MenuLabel>{t('language')}</MenuLabel>
      <MenuRadioGroup
        value={locale}
        onValueChange={(next) => {
          rememberInCookie(LOCALE_COOKIE, next);
          startTransition(() => router.refresh());
        }}
      >
        {LOCALES.map((each) => (
          <MenuRadioItem key={each} value={each}>
            {LOCALE_NAMES[each]}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </>
  );
}

function ThemeChoice({ initial }: { initial: Theme }) {
  const t = useTranslations('user');
  const [theme, setTheme] = useState(initial);

  return (
    <>
      <MenuLabel>{t('theme')}</MenuLabel>
      <MenuRadioGroup
        value={theme}
        onValueChange={(next) => {
          if (isTheme(next)) {
            setTheme(next);
            rememberInCookie(THEME_COOKIE, next);
            document.documentElement.dataset['theme'] = next;
          }
        }}
      >
        {THEMES.map((each) => (
          <MenuRadioItem key={each} value={each}>
            {t(`themes.${each}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </>
  );
}
