'use client';

import { Compass } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/states.tsx';

export function NotFound() {
  const t = useTranslations('notFound');

  return (
    <EmptyState
      icon={Compass}
      title={t('title')}
      titleAs="h1"
      action={
        <Button asChild>
          <Link href="/">{t('home')}</Link>
        </Button>
      }
    >
      {t('text')}
    </EmptyState>
  );
}
