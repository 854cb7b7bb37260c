'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { ChoiceField } from '../../ui/ChoiceField.tsx';
import { workflowQuery } from '../../workflow/queries.ts';
import { JsonField } from './fields.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readJson } from './read.ts';

const VERSIONS = ['same', 'published'] as const;

/** A new run like this one, with another input or version if wanted. Leads there. */
export function RerunDialog({
  instance,
  onClose,
}: {
  instance: InstanceDetail;
  onClose: () => void;
}) {
  const t = useTranslations('moves');
  const router = useRouter();
  const { data: workflow } = useQuery(workflowQuery(instance.workflow));
  const [before] = useState(() => JSON.stringify(instance.input, null, 2));
  const [input, setInput] = useState(before);
  const [version, setVersion] = useState<(typeof VERSIONS)[number]>('same');
  const numbers = { same: instance.version, published: workflow?.publishedVersion ?? null };
  const written = readJson(input);

  return (
    <MoveDialog
      id={instance.id}
      move="rerun"
      title={t('rerun.title')}
      confirm={t('rerun.confirm')}
      done={t('rerun.done')}
      wide
      params={
        'fault' in written ? null : { version, ...(input !== before && { input: written.value }) }
      }
      onMade={({ id }) => router.push(`/instances/${id}`)}
      onClose={onClose}
    >
      {(tried) => (
        <>
          <JsonField
            label={t('rerun.input')}
            rows={9}
            value={input}
            error={tried && 'fault' in written ? t(written.fault) : undefined}
            onChange={setInput}
          />
          {numbers.published !== null && numbers.published !== numbers.same && (
            <ChoiceField
              label={t('rerun.version')}
              options={VERSIONS}
              textOf={(each) => t(`rerun.${each}`, { version: numbers[each] ?? 0 })}
              value={version}
              onChange={setVersion}
            />
          )}
        </>
      )}
    </MoveDialog>
  );
}
