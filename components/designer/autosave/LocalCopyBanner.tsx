'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { formatInstant } from '../../ui/format_time.ts';
import { useEditor } from '../editor/context.ts';
import { sameJson } from '../model/same.ts';
import { dropLocalCopy, readLocalCopy, type LocalCopy } from './local_copy.ts';

/** Offers what this tab kept when it last went away with unsaved changes. Never loads it by itself. */
export function LocalCopyBanner() {
  const t = useTranslations('designer.local');
  const locale = useLocale();
  const editor = useEditor();
  const [copy, setCopy] = useState<LocalCopy | null>(() => {
    const kept = readLocalCopy(editor.workflow);
    return kept === null || sameJson(kept.document, editor.document()) ? null : kept;
  });

  if (copy === null) return null;

  function decide(restore: boolean) {
    if (restore && copy !== null) {
      editor.run({ type: 'replace', document: copy.document, why: 'restored' });
    }
    dropLocalCopy(editor.workflow);
    setCopy(null);
  }

  return (
    <div
      role="alert"
      data-tone="warn"
      className="flex flex-wrap items-center gap-3 border-b border-tone-line bg-tone-soft px-4 py-2 text-sm text-tone"
    >
      <p className="min-w-0 flex-1">
        {t('text', { time: formatInstant(new Date(copy.at), locale) })}
      </p>
      <Button size="sm" onClick={() => decide(true)}>
        {t('restore')}
      </Button>
      <Button size="sm" onClick={() => decide(false)}>
        {t('discard')}
      </Button>
    </div>
  );
}
