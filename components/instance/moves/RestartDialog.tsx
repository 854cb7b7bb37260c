'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Input.tsx';
import { graphOf } from '../../workflow/graph_of.ts';
import { versionQuery } from '../../workflow/queries.ts';
import { behind } from './behind.ts';
import { MoveDialog } from './MoveDialog.tsx';

type RestartDialogProps = {
  instance: InstanceDetail;
  /** The node that is proposed; default: the one that failed first. */
  from?: string;
  onClose: () => void;
};

/** Asks from which node a run starts over, and names the tasks that run again. */
export function RestartDialog({ instance, from, onClose }: RestartDialogProps) {
  const t = useTranslations('moves.restart');
  const { tasks } = instance;
  const startable = tasks.filter(({ folded }) => !folded);
  const failed = startable.find(({ status }) => status === 'failed') ?? startable[0];
  const [node, setNode] = useState(from ?? failed?.key ?? '');
  const { data } = useQuery(versionQuery(instance.workflow, instance.version));
  const again = useMemo(() => {
    const keys = data === undefined ? null : behind(node, graphOf(data.definition).edges);
    return keys && tasks.filter(({ key }) => keys.has(key));
  }, [data, node, tasks]);

  return (
    <MoveDialog
      id={instance.id}
      move="restart"
      title={t('title')}
      confirm={t('confirm')}
      done={t('done')}
      params={{ from: node }}
      onClose={onClose}
    >
      <Field label={t('from')}>
        {(control) => (
          <Select {...control} value={node} onChange={(event) => setNode(event.target.value)}>
            {startable.map(({ key, name }) => (
              <option key={key} value={key}>
                {name === key ? key : `${name} (${key})`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {again !== null && again.length > 0 && (
        <div aria-live="polite" className="flex flex-col gap-1">
          <p className="text-xs font-medium">{t('again', { count: again.length })}</p>
          <ul className="flex max-h-32 flex-wrap gap-1 overflow-y-auto">
            {again.map(({ key, name }) => (
              <li key={key} className="rounded-sm bg-sunken px-1.5 py-0.5 text-xs text-muted">
                {name}
              </li>
            ))}
          </ul>
        </div>
      )}
    </MoveDialog>
  );
}
