'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { TextField } from '../../ui/TextField.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readInteger } from './read.ts';

export function PriorityDialog({
  instance,
  onClose,
}: {
  instance: InstanceDetail;
  onClose: () => void;
}) {
  const t = useTranslations('moves');
  const [text, setText] = useState(String(instance.priority));
  const written = readInteger(text);

  return (
    <MoveDialog
      id={instance.id}
      move="change-priority"
      title={t('change-priority.title')}
      confirm={t('change-priority.confirm')}
      done={t('change-priority.done')}
      params={'fault' in written ? null : { priority: written.value }}
      onClose={onClose}
    >
      {(tried) => (
        <TextField
          label={t('change-priority.priority')}
          hint={t('change-priority.hint')}
          error={tried && 'fault' in written ? t(written.fault) : undefined}
          inputMode="numeric"
          value={text}
          onChange={setText}
        />
      )}
    </MoveDialog>
  );
}
