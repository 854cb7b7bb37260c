'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Input.tsx';
import { workflowQuery } from '../../workflow/queries.ts';
import { JsonField } from './fields.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readJson } from './read.ts';

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
  const [fault, setFault] = useState(false);
  const [version, setVersion] = useState<'same' | 'published'>('same');
  const published = workflow?.publishedVersion ?? null;

  function read(): JsonObject | null {
    const written = readJson(input);
    setFault('fault' in written);
    if ('fault' in written) return null;

    return { version, ...(input !== before && { input: written.value }) };
  }

  return (
    <MoveDialog
      id={instance.id}
      move="rerun"
      title={t('rerun.title')}
      confirm={t('rerun.confirm')}
      done={t('rerun.done')}
      wide
      read={read}
      onMade={({ id }) => router.push(`/instances/${id}`)}
      onClose={onClose}
    >
      <JsonField
        label={t('rerun.input')}
        rows={9}
        value={input}
        error={fault ? t('notJson') : undefined}
        onChange={setInput}
      />
      {published !== null && published !== instance.version && (
        <Field label={t('rerun.version')}>
          {(control) => (
            <Select
              {...control}
              value={version}
              onChange={(event) =>
                setVersion(event.target.value === 'published' ? 'published' : 'same')
              }
            >
              <option value="same">{t('rerun.same', { version: instance.version })}</option>
              <option value="published">{t('rerun.published', { version: published })}</option>
            </Select>
          )}
        </Field>
      )}
    </MoveDialog>
  );
}
