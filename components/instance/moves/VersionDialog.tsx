'use client';

import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail, VersionChange } from '#api/types.ts';
import { api } from '../../query/client.ts';
import { Loaded } from '../../query/Loaded.tsx';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Input.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { versionsQuery } from '../../workflow/queries.ts';
import { MoveDialog } from './MoveDialog.tsx';
import { VersionMapping } from './VersionMapping.tsx';

function changeQuery(id: string, version: number | null) {
  return queryOptions({
    queryKey: ['instance', id, 'version-change', version],
    queryFn: ({ signal }) =>
      api.get<VersionChange>(`/instances/${id}/version-change`, { query: { version }, signal }),
    enabled: version !== null,
  });
}

/** Another version of the workflow: what becomes of each task is shown before it is moved. */
export function VersionDialog({
  instance,
  onClose,
}: {
  instance: InstanceDetail;
  onClose: () => void;
}) {
  const t = useTranslations('moves.change-version');
  const versions = useQuery(versionsQuery(instance.workflow));
  const others = versions.data?.data.filter(
    ({ version, status }) => version !== instance.version && status === 'published',
  );
  const [chosen, setChosen] = useState<number | null>(null);
  const version = chosen ?? others?.[0]?.version ?? null;
  const change = useQuery(changeQuery(instance.id, version));

  return (
    <MoveDialog
      id={instance.id}
      move="change-version"
      title={t('title')}
      confirm={t('confirm')}
      done={t('done', { version: version ?? 0 })}
      wide
      blocked={change.data === undefined || change.data.problems.length > 0}
      params={version === null ? null : { version }}
      onClose={onClose}
    >
      <Loaded query={versions} framed={false} skeleton={<Skeleton className="h-8" />}>
        {() =>
          others === undefined || version === null ? (
            <p>{t('only')}</p>
          ) : (
            <>
              <Field label={t('version')}>
                {(control) => (
                  <Select
                    {...control}
                    value={version}
                    onChange={(event) => setChosen(Number(event.target.value))}
                  >
                    {others.map(({ version: number, summary }) => (
                      <option key={number} value={number}>
                        {summary === '' ? `v${number}` : `v${number} — ${summary}`}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              <Loaded query={change} framed={false} skeleton={<Skeleton className="h-24" />}>
                {(mapping) => <VersionMapping change={mapping} />}
              </Loaded>
            </>
          )
        }
      </Loaded>
    </MoveDialog>
  );
}
