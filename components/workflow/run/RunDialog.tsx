'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { isJsonObject } from '#engine/json.ts';
import { useProblemText } from '../../query/problem_text.ts';
import { Dialog, DialogBody } from '../../ui/Dialog.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { versionQuery } from '../queries.ts';
import { RunForm } from './RunForm.tsx';

type RunDialogProps = {
  workflow: { key: string; name: string; publishedVersion: number | null };
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Starts one run of the published version. The form is made from the JSON Schema of its input. */
export function RunDialog({ workflow, open, onOpenChange }: RunDialogProps) {
  const t = useTranslations('run');

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width="md"
      title={t('title', { workflow: workflow.name })}
      description={
        workflow.publishedVersion === null
          ? undefined
          : t('version', { version: workflow.publishedVersion })
      }
    >
      {workflow.publishedVersion === null ? (
        <DialogBody>{t('nothingPublished')}</DialogBody>
      ) : (
        <RunPublished workflow={workflow.key} version={workflow.publishedVersion} />
      )}
    </Dialog>
  );
}

function RunPublished({ workflow, version }: { workflow: string; version: number }) {
  const text = useProblemText();
  const query = useQuery(versionQuery(workflow, version));

  if (query.isError) {
    return <ErrorState message={text(query.error)} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) {
    return (
      <DialogBody className="flex flex-col gap-4">
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
        <Skeleton className="h-20" />
      </DialogBody>
    );
  }

  const schema = query.data.definition['input'];
  return <RunForm workflow={workflow} schema={isJsonObject(schema) ? schema : null} />;
}
