import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { BulkList } from '#components/bulk/BulkList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('bulk');
  return { title: t('page') };
}

export default function BulksPage() {
  return <BulkList />;
}
