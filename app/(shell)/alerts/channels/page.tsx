import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ChannelList } from '#components/alert/ChannelList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('alerts');
  return { title: t('tabs.channels') };
}

export default function AlertChannelListPage() {
  return <ChannelList />;
}
