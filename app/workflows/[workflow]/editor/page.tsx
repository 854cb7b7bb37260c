import type { Metadata } from 'next';
import { EditorPage } from '#components/designer/EditorPage.tsx';
import { requireUser } from '../../../auth.ts';

type Props = PageProps<'/workflows/[workflow]/editor'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).workflow) };
}

/** Full screen, outside the frame of the other pages: a canvas needs the room. */
export default async function WorkflowEditorPage({ params }: Props) {
  const { role } = await requireUser();

  return (
    <EditorPage
      workflowKey={decodeURIComponent((await params).workflow)}
      mayEdit={role === 'admin' || role === 'editor'}
    />
  );
}
