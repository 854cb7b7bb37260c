import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InstanceList } from '#components/instance/InstanceList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('instances');
  return { title: t('title') };
}

export default function InstancesPage() {
  return <InstanceList />;
}
