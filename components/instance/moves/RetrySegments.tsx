'use client';

import { RotateCcw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { SimpleDialog } from './SimpleDialog.tsx';

type RetrySegmentsProps = {
  instance: string;
  /** Key of the fan-out. */
  task: string;
  failed: number;
  /** Orders of failed segments; none: all of them. */
  chosen: readonly number[];
  /** The dialog is closed: what was chosen is forgotten. */
  onDone: () => void;
};

/** Retries the failed segments of a fan-out: the chosen ones, or all. */
export function RetrySegments({ instance, task, failed, chosen, onDone }: RetrySegmentsProps) {
  const t = useTranslations('moves.retry-segments');
  const [asking, setAsking] = useState(false);
  const label =
    chosen.length > 0 ? t('some', { count: chosen.length }) : t('all', { count: failed });

  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button size="sm" icon={RotateCcw} onClick={() => setAsking(true)}>
        {label}
      </Button>
      {failed > 1 && chosen.length === 0 && (
        <span className="text-xs text-muted">{t('chooseHint')}</span>
      )}
      {asking && (
        <SimpleDialog
          id={instance}
          move="retry-segments"
          params={{ task, ...(chosen.length > 0 && { segments: chosen }) }}
          confirm={label}
          onClose={() => {
            setAsking(false);
            onDone();
          }}
        />
      )}
    </div>
  );
}
