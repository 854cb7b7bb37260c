'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { definition } from '#engine/definition.ts';
import { useDocument, useEditor } from '../editor/context.ts';
import { factsOf } from '../form/facts.ts';
import { FormContext } from './form_target.ts';
import { FormField } from './FormField.tsx';

const SETTINGS = ['input', 'output', 'env', 'timeoutSeconds', 'onTaskFailure'] as const;

/** What the version says about an instance as a whole. */
export function WorkflowPanel() {
  const t = useTranslations('designer.settings');
  const editor = useEditor();
  const document = useDocument();

  const target = useMemo(
    () => ({
      scope: 'settings' as const,
      root: document,
      pointer: '',
      change: (path: readonly (string | number)[], value: unknown) =>
        void editor.run({ type: 'set', path, value }),
    }),
    [editor, document],
  );

  return (
    <FormContext value={target}>
      <div className="flex flex-col gap-3 p-4">
        <h2 className="text-sm font-semibold">{t('title')}</h2>
        <p className="text-xs text-muted">{t('about')}</p>
        {SETTINGS.map((name) => (
          <FormField key={name} facts={factsOf(definition, name)} />
        ))}
      </div>
    </FormContext>
  );
}
