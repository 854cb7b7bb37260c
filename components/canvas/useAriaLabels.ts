'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

/** React Flow's own words, in the reader's language. */
export function useAriaLabels() {
  const t = useTranslations('designer.canvas');

  return useMemo(
    () => ({
      'controls.ariaLabel': t('controls'),
      'controls.zoomIn.ariaLabel': t('zoomIn'),
      'controls.zoomOut.ariaLabel': t('zoomOut'),
      'controls.fitView.ariaLabel': t('fit'),
      'minimap.ariaLabel': t('minimap'),
      'handle.ariaLabel': t('port'),
      'edge.a11yDescription.default': t('edgeHelp'),
      'node.a11yDescription.default': t('nodeHelp'),
      'node.a11yDescription.keyboardDisabled': t('nodeHelp'),
    }),
    [t],
  );
}
