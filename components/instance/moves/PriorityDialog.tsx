'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { Field } from '../../ui/Field.tsx';
import { Input } from '../../ui/Input.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readInteger, type TextFault } from './read.ts';

export function PriorityDialog({
  instance,
  onClose,
}: {
  instance: InstanceDetail;
  onClose: () => void;
}) {
  const t = useTranslations('moves');
  const [text, setText] = useState(String(instance.priority));
  const [fault, setFault] = useState<TextFault | null>(null);

  function read() {
    const written = readInteger(text);
    setFault('fault' in written ? written.fault : null);
    return 'fault' in written ? null : { priority: written.value };
  }

  return (
    <MoveDialog
      id={instance.id}
      move="change-priority"
      title={t('change-priority.title')}
      confirm={t('change-priority.confirm')}
      done={t('change-priority.done')}
      read={read}
      onClose={onClose}
    >
      <Field
        label={t('change-priority.priority')}
        hint={t('change-priority.hint')}
        error={fault === null ? undefined : t(fault)}
      >
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </MoveDialog>
  );
}
