import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { BulkPage } from '#components/bulk/BulkPage.tsx';

type Props = PageProps<'/bulk/[id]'>;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('bulk');
  return { title: t('one') };
}

export default async function OneBulkPage({ params }: Props) {
  return <BulkPage id={(await params).id} />;
}
