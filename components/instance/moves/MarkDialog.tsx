'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { TaskSummary } from '#api/types.ts';
import { JsonField } from './fields.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readJson } from './read.ts';

export const MARKS = ['skipped', 'succeeded', 'failed'] as const;

export type Mark = (typeof MARKS)[number];

type MarkDialogProps = { instance: string; task: TaskSummary; as: Mark; onClose: () => void };

/** Settles a task by hand; one that counts as succeeded may be given the output that others read. */
export function MarkDialog({ instance, task, as, onClose }: MarkDialogProps) {
  const t = useTranslations('moves');
  const [output, setOutput] = useState('null');
  const written = readJson(output);
  const marked = { task: task.key, as };
  const withOutput = 'fault' in written ? null : { ...marked, output: written.value };

  return (
    <MoveDialog
      id={instance}
      move="mark"
      title={t(`${as}.title`, { task: task.name })}
      text={t(`${as}.text`)}
      confirm={t(`${as}.confirm`)}
      done={t('mark.done')}
      danger={as === 'failed'}
      params={as === 'succeeded' ? withOutput : marked}
      onClose={onClose}
    >
      {(tried) =>
        as === 'succeeded' && (
          <JsonField
            label={t('mark.output')}
            hint={t('mark.outputHint')}
            value={output}
            error={tried && 'fault' in written ? t(written.fault) : undefined}
            onChange={setOutput}
          />
        )
      }
    </MoveDialog>
  );
}
