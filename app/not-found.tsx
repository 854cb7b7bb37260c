import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NotFound } from '#components/shell/NotFound.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notFound');
  return { title: t('title') };
}

export default function NotFoundPage() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <NotFound />
    </main>
  );
}
