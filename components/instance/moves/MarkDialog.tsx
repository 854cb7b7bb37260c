'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { TaskSummary } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
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
  const [fault, setFault] = useState(false);

  function read(): JsonObject | null {
    if (as !== 'succeeded') return { task: task.key, as };

    const written = readJson(output);
    setFault('fault' in written);
    return 'fault' in written ? null : { task: task.key, as, output: written.value };
  }

  return (
    <MoveDialog
      id={instance}
      move="mark"
      title={t(`${as}.title`, { task: task.name })}
      text={t(`${as}.text`)}
      confirm={t(`${as}.confirm`)}
      done={t('mark.done')}
      danger={as === 'failed'}
      read={read}
      onClose={onClose}
    >
      {as === 'succeeded' && (
        <JsonField
          label={t('mark.output')}
          hint={t('mark.outputHint')}
          value={output}
          error={fault ? t('notJson') : undefined}
          onChange={setOutput}
        />
      )}
    </MoveDialog>
  );
}
