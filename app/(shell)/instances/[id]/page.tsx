import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InstancePage } from '#components/instance/InstancePage.tsx';

type Props = PageProps<'/instances/[id]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('instance');
  return { title: t('title', { id: (await params).id.slice(0, 8) }) };
}

export default async function OneInstancePage({ params }: Props) {
  return <InstancePage id={(await params).id} />;
}
