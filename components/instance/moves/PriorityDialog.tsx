'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { useFieldError } from '../../query/problem_text.ts';
import { TextField } from '../../ui/TextField.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readInteger } from './read.ts';

const POINTERS = ['/priority'];

export function PriorityDialog({
  instance,
  onClose,
}: {
  instance: InstanceDetail;
  onClose: () => void;
}) {
  const t = useTranslations('moves');
  const fieldError = useFieldError();
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
      pointers={POINTERS}
      onClose={onClose}
    >
      {(tried, refused) => (
        <TextField
          label={t('change-priority.priority')}
          hint={t('change-priority.hint')}
          error={tried && 'fault' in written ? t(written.fault) : fieldError(refused, '/priority')}
          inputMode="numeric"
          value={text}
          onChange={setText}
        />
      )}
    </MoveDialog>
  );
}
