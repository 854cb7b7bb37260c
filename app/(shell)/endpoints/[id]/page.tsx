import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { EndpointPage } from '#components/endpoint/EndpointPage.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('endpoints');
  return { title: t('title') };
}

export default async function OneEndpointPage({ params }: PageProps<'/endpoints/[id]'>) {
  return <EndpointPage id={(await params).id} />;
}
