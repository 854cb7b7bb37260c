import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ApiKeyList } from '#components/apikey/ApiKeyList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('apiKeys');
  return { title: t('title') };
}

export default function ApiKeysPage() {
  return <ApiKeyList />;
}
