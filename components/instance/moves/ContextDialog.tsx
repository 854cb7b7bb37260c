'use client';

import { useTranslations } from 'next-intl';
import { useDeferredValue, useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { mergePatch } from '#engine/json.ts';
import { JsonView } from '../../ui/JsonView.tsx';
import { JsonField } from './fields.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { readObject } from './read.ts';

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
  const written = readObject(text);
  const shown = readObject(useDeferredValue(text));

  return (
    <MoveDialog
      id={instance.id}
      move="edit-context"
      title={t('edit-context.title')}
      confirm={t('edit-context.confirm')}
      done={t('edit-context.done')}
      wide
      params={'fault' in written ? null : { patch: written.value }}
      onClose={onClose}
    >
      {(tried) => (
        <>
          <JsonField
            label={t('edit-context.patch')}
            hint={t('edit-context.patchHint', { example: '{"codec": "h264", "old": null}' })}
            value={text}
            error={tried && 'fault' in written ? t(written.fault) : undefined}
            onChange={setText}
          />
          <section className="flex flex-col gap-1">
            <h3 className="text-xs font-medium">{t('edit-context.preview')}</h3>
            {'fault' in shown ? (
              <p className="text-xs text-muted">{t(shown.fault)}</p>
            ) : (
              <JsonView
                value={mergePatch(instance.context, shown.value)}
                label={t('edit-context.preview')}
              />
            )}
          </section>
        </>
      )}
    </MoveDialog>
  );
}
