'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, Play, Rocket } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import type { Version, Workflow } from '#api/types.ts';
import { useProblemText } from '../../query/problem_text.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { Field, FieldError } from '../../ui/Field.tsx';
import { Textarea } from '../../ui/Input.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { versionQuery } from '../../workflow/queries.ts';
import { DifferenceList } from '../DifferenceList.tsx';
import { publishDraft, readEtag } from '../draft_api.ts';
import { useDocument, useEditor } from '../editor/context.ts';
import { differencesOf, isEmpty, type Differences } from '../model/diff.ts';
import { openDocument } from '../model/document.ts';
import { useProblems } from '../problems/context.ts';
import { ProblemLine } from '../problems/ProblemsPanel.tsx';

type PublishDialogProps = {
  workflow: Workflow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The new version shall be tried. */
  onRun: (version: number) => void;
};

/** The draft becomes a version: what is wrong with it, what it changes, and a sentence for those who read the list of versions. */
export function PublishDialog({ workflow, open, onOpenChange, onRun }: PublishDialogProps) {
  const t = useTranslations('designer.publish');
  const close = () => onOpenChange(false);

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { workflow: workflow.name })}
      description={t('about')}
      keepsWhatIsWritten
      width="md"
    >
      {open && <PublishSteps workflow={workflow} onClose={close} onRun={onRun} />}
    </Dialog>
  );
}

function PublishSteps({
  workflow,
  onClose,
  onRun,
}: {
  workflow: Workflow;
  onClose: () => void;
  onRun: (version: number) => void;
}) {
  const [published, setPublished] = useState<Version | null>(null);

  return published === null ? (
    <PublishForm workflow={workflow} onPublished={setPublished} onClose={onClose} />
  ) : (
    <Published
      workflow={workflow}
      version={published.version}
      onClose={onClose}
      onRun={() => onRun(published.version)}
    />
  );
}

function PublishForm({
  workflow,
  onPublished,
  onClose,
}: {
  workflow: Workflow;
  onPublished: (version: Version) => void;
  onClose: () => void;
}) {
  const t = useTranslations('designer.publish');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const { problems, errors } = useProblems();
  const [summary, setSummary] = useState('');
  const differences = useDifferences(workflow);
  const publish = usePublish(workflow.key, onPublished);
  const next = (workflow.publishedVersion ?? 0) + 1;
  const nothing = differences !== null && differences !== undefined && isEmpty(differences);

  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        if (!publish.isPending && errors === 0 && !nothing) publish.mutate(summary);
      }}
    >
      <DialogBody className="flex flex-col gap-4">
        {problems.length > 0 && (
          <div className="-mx-4">
            <h3 className="px-4 pb-1 text-xs font-semibold text-muted">
              {errors > 0 ? t('errors') : t('warnings')}
            </h3>
            <ul>
              {problems
                .filter(({ severity }) => severity === (errors > 0 ? 'error' : 'warning'))
                .map((problem) => (
                  <ProblemLine
                    key={`${problem.code} ${problem.pointer} ${problem.message}`}
                    problem={problem}
                    onGo={onClose}
                  />
                ))}
            </ul>
          </div>
        )}
        <div>
          <h3 className="pb-1 text-xs font-semibold text-muted">{t('changes')}</h3>
          <Changes workflow={workflow} differences={differences} />
        </div>
        <Field label={t('summary')} hint={t('summaryHint')}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={2_000}
              value={summary}
              onChange={(event) => setSummary(event.target.value)}
            />
          )}
        </Field>
        {publish.error !== null && <FieldError>{problemText(publish.error)}</FieldError>}
      </DialogBody>
      <DialogFooter>
        <Button variant="ghost" onClick={onClose}>
          {common('close')}
        </Button>
        <Button
          type="submit"
          variant="primary"
          icon={Rocket}
          busy={publish.isPending}
          disabled={errors > 0 || nothing}
        >
          {t('publish', { version: next })}
        </Button>
      </DialogFooter>
    </form>
  );
}

function Changes({
  workflow,
  differences,
}: {
  workflow: Workflow;
  differences: Differences | null | undefined;
}) {
  const t = useTranslations('designer.publish');
  const document = useDocument();

  if (workflow.publishedVersion === null) {
    return <p className="text-sm">{t('first', { count: document.nodes.length })}</p>;
  }
  if (differences === null || differences === undefined) return <Skeleton className="h-12" />;
  if (isEmpty(differences)) {
    return <p className="text-sm">{t('nothing', { version: workflow.publishedVersion })}</p>;
  }

  return <DifferenceList differences={differences} />;
}

/** Undefined: being read; null: nothing was published yet. */
function useDifferences(workflow: Workflow): Differences | null | undefined {
  const document = useDocument();
  const version = workflow.publishedVersion;
  const { data } = useQuery({
    ...versionQuery(workflow.key, version ?? 0),
    enabled: version !== null,
  });

  if (version === null) return null;
  if (data === undefined) return undefined;

  const published = openDocument(data.definition);
  return published === null ? undefined : differencesOf(published, document);
}

function usePublish(workflow: string, onPublished: (version: Version) => void) {
  const t = useTranslations('designer.publish');
  const editor = useEditor();
  const queries = useQueryClient();

  return useMutation({
    mutationFn: async (summary: string) => {
      if (!(await editor.autosave.flush())) throw new Error(t('unsaved'));

      const version = await publishDraft(workflow, { summary, etag: editor.autosave.state().etag });
      // The draft is a version now; the next save begins a new one from it.
      editor.autosave.happened({ type: 'rebased', etag: await readEtag(workflow) });
      return version;
    },
    onSuccess: async (version) => {
      onPublished(version);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['workflow', workflow] }),
        queries.invalidateQueries({ queryKey: ['workflows'] }),
      ]);
    },
  });
}

function Published({
  workflow,
  version,
  onClose,
  onRun,
}: {
  workflow: Workflow;
  version: number;
  onClose: () => void;
  onRun: () => void;
}) {
  const t = useTranslations('designer.publish');

  return (
    <>
      <DialogBody>
        <p role="status" data-tone="good" className="flex items-center gap-2 font-medium text-tone">
          <CircleCheck aria-hidden className="size-5" />
          {t('done', { version })}
        </p>
        <p className="mt-1 text-sm text-muted">{t('doneText')}</p>
      </DialogBody>
      <DialogFooter>
        <Button variant="ghost" onClick={onClose}>
          {t('goOn')}
        </Button>
        <Button asChild>
          <Link href={`/workflows/${workflow.key}`}>{t('look')}</Link>
        </Button>
        <Button variant="primary" icon={Play} onClick={onRun}>
          {t('run')}
        </Button>
      </DialogFooter>
    </>
  );
}
