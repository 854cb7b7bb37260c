'use client';

import { useQuery } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Workflow } from '#api/types.ts';
import { ApiProblem } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { workflowQuery } from '../workflow/queries.ts';
import { draftQuery, saveDraft, type OpenedDraft } from './draft_api.ts';
import { EditableContext, EditorContext } from './editor/context.ts';
import { createEditor, type Editor } from './editor/editor.ts';
import { EditorScreen } from './EditorScreen.tsx';
import { JsonEditor } from './json/JsonView.tsx';
import { EMPTY_DOCUMENT, openDocument, type Document } from './model/document.ts';
import { useWideScreen } from './useWideScreen.ts';

type EditorPageProps = {
  workflowKey: string;
  /** The person's role allows it. */
  mayEdit: boolean;
};

/** The designer: loads the workflow and its draft, then hands over to the editor, which holds the newest from then on. */
export function EditorPage({ workflowKey, mayEdit }: EditorPageProps) {
  const t = useTranslations('designer.load');
  const problemText = useProblemText();
  const workflow = useQuery(workflowQuery(workflowKey));
  const draft = useQuery(draftQuery(workflowKey));
  const error = workflow.error ?? draft.error;

  if (workflow.data !== undefined && draft.data !== undefined) {
    return <OpenedEditor workflow={workflow.data} draft={draft.data} mayEdit={mayEdit} />;
  }

  if (error !== null) {
    return (
      <main className="grid h-dvh place-items-center">
        <ErrorState
          titleAs="h1"
          message={problemText(error)}
          reference={error instanceof ApiProblem ? error.requestId : undefined}
          onRetry={() => {
            void workflow.refetch();
            void draft.refetch();
          }}
        />
      </main>
    );
  }

  return (
    <main role="status" aria-label={t('loading')} className="flex h-dvh flex-col gap-px">
      <Skeleton className="h-12 rounded-none" />
      <div className="flex flex-1 gap-px">
        <Skeleton className="w-24 rounded-none" />
        <span className="flex-1" />
        <Skeleton className="w-88 rounded-none" />
      </div>
    </main>
  );
}

function OpenedEditor({
  workflow,
  draft,
  mayEdit,
}: {
  workflow: Workflow;
  draft: OpenedDraft;
  mayEdit: boolean;
}) {
  const [editor, setEditor] = useState(() => openEditor(workflow.key, draft));
  const wide = useWideScreen();

  if (editor === null) {
    return (
      <EditableContext value={mayEdit}>
        <RepairScreen
          definition={draft.definition}
          onMended={(document) => setEditor(mendedEditor(workflow.key, draft, document))}
        />
      </EditableContext>
    );
  }

  return (
    <EditorContext value={editor}>
      <EditableContext value={mayEdit && wide}>
        <ReactFlowProvider>
          <EditorScreen workflow={workflow} mayEdit={mayEdit} />
        </ReactFlowProvider>
      </EditableContext>
    </EditorContext>
  );
}

/** Null: what is on the server cannot be drawn. */
function openEditor(workflow: string, draft: OpenedDraft): Editor | null {
  const document = draft.etag === null ? EMPTY_DOCUMENT : openDocument(draft.definition);

  return document === null
    ? null
    : createEditor({ workflow, document, etag: draft.etag, ports: portsOf(workflow) });
}

function mendedEditor(workflow: string, draft: OpenedDraft, document: Document): Editor {
  const editor = createEditor({
    workflow,
    document: EMPTY_DOCUMENT,
    etag: draft.etag,
    ports: portsOf(workflow),
  });

  editor.run({ type: 'replace', document, why: 'json' });
  return editor;
}

function portsOf(workflow: string) {
  return {
    save: (document: Document, etag: string | null) => saveDraft(workflow, document, etag),
    schedule: (callback: () => void, ms: number) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    clock: Date.now,
  };
}

/** For a draft that was written by hand and names a node twice, say. */
function RepairScreen({
  definition,
  onMended,
}: {
  definition: unknown;
  onMended: (document: Document) => void;
}) {
  const t = useTranslations('designer.json');
  const [typed, setTyped] = useState<string | null>(null);

  return (
    <main className="flex h-dvh flex-col gap-2 p-4">
      <p
        data-tone="warn"
        className="rounded-md border border-tone-line bg-tone-soft px-3 py-2 text-sm text-tone"
      >
        {t('repair')}
      </p>
      <JsonEditor typed={typed} onType={setTyped} value={definition} onApply={onMended} />
    </main>
  );
}
