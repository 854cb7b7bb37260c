import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { WorkflowList } from '#components/workflow/WorkflowList.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('workflows');
  return { title: t('title') };
}

export default function WorkflowsPage() {
  return <WorkflowList />;
}
