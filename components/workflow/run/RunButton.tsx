'use client';

import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button, IconButton } from '../../ui/Button.tsx';
import { RunDialog } from './RunDialog.tsx';

type RunButtonProps = {
  workflow: { key: string; name: string; publishedVersion: number | null };
  /** As an icon in a row of a list. */
  compact?: boolean;
};

export function RunButton({ workflow, compact = false }: RunButtonProps) {
  const t = useTranslations('run');
  const [open, setOpen] = useState(false);

  return (
    <>
      {compact ? (
        <IconButton
          size="sm"
          icon={Play}
          label={t('runNamed', { workflow: workflow.name })}
          disabled={workflow.publishedVersion === null}
          onClick={() => setOpen(true)}
        />
      ) : (
        <Button
          variant="primary"
          icon={Play}
          disabled={workflow.publishedVersion === null}
          onClick={() => setOpen(true)}
        >
          {t('run')}
        </Button>
      )}
      <RunDialog workflow={workflow} open={open} onOpenChange={setOpen} />
    </>
  );
}
