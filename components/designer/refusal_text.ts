'use client';

import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { ConnectionRefusal } from './model/connect.ts';

/** Why an edge may not be drawn, in a sentence. */
export function useRefusalText(): (refusal: ConnectionRefusal) => string {
  const t = useTranslations('designer.refusal');

  return useCallback(
    (refusal) => {
      switch (refusal.code) {
        case 'cycle':
          return t('cycle', { path: refusal.path.join(' → ') });
        case 'noEntry':
        case 'noExit':
          return t(refusal.code, { title: refusal.title });
        case 'unknown':
        case 'self':
        case 'duplicate':
          return t(refusal.code);
      }
    },
    [t],
  );
}
