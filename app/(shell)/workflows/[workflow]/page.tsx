import type { Metadata } from 'next';
import { WorkflowPage } from '#components/workflow/WorkflowPage.tsx';

type Props = PageProps<'/workflows/[workflow]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).workflow) };
}

export default async function OneWorkflowPage({ params }: Props) {
  return <WorkflowPage workflowKey={(await params).workflow} />;
}
