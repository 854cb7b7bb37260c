import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { WorkList } from '#components/work/WorkList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('works');
  return { title: t('title') };
}

export default function WorksPage() {
  return <WorkList />;
}
