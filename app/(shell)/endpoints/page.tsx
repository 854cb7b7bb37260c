import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { EndpointList } from '#components/endpoint/EndpointList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('endpoints');
  return { title: t('title') };
}

export default function EndpointsPage() {
  return <EndpointList />;
}
