import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InstancePage } from '#components/instance/InstancePage.tsx';
import { shortId } from '#components/ui/text.ts';

type Props = PageProps<'/instances/[id]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('instance');
  return { title: t('title', { id: shortId((await params).id) }) };
}

export default async function OneInstancePage({ params }: Props) {
  return <InstancePage id={(await params).id} />;
}
