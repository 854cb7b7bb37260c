import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { RuleList } from '#components/alert/RuleList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('alerts');
  return { title: t('tabs.rules') };
}

export default function AlertRuleListPage() {
  return <RuleList />;
}
