'use client';

import { useTranslations } from 'next-intl';
import { useDeferredValue, useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { mergePatch } from '#engine/json.ts';
import { JsonView } from '../../ui/JsonView.tsx';
import { JsonField } from './fields.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readObject, type TextFault } from './read.ts';

/** A patch, and beside it what the context becomes of it, made by the engine's own function. */
export function ContextDialog({
  instance,
  onClose,
}: {
  instance: InstanceDetail;
  onClose: () => void;
}) {
  const t = useTranslations('moves');
  const [text, setText] = useState('{}');
  const [fault, setFault] = useState<TextFault | null>(null);
  const written = readObject(useDeferredValue(text));

  function read() {
    const patch = readObject(text);
    setFault('fault' in patch ? patch.fault : null);
    return 'fault' in patch ? null : { patch: patch.value };
  }

  return (
    <MoveDialog
      id={instance.id}
      move="edit-context"
      title={t('edit-context.title')}
      confirm={t('edit-context.confirm')}
      done={t('edit-context.done')}
      wide
      read={read}
      onClose={onClose}
    >
      <JsonField
        label={t('edit-context.patch')}
        hint={t('edit-context.patchHint', { example: '{"codec": "h264", "old": null}' })}
        value={text}
        error={fault === null ? undefined : t(fault)}
        onChange={setText}
      />
      <section className="flex flex-col gap-1">
        <h3 className="text-xs font-medium">{t('edit-context.preview')}</h3>
        {'fault' in written ? (
          <p className="text-xs text-muted">{t(written.fault)}</p>
        ) : (
          <JsonView
            value={mergePatch(instance.context, written.value)}
            label={t('edit-context.preview')}
          />
        )}
      </section>
    </MoveDialog>
  );
}
