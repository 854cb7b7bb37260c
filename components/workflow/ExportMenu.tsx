'use client';

import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#api/types.ts';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuContent, MenuItem, MenuLabel, MenuTrigger } from '../ui/Menu.tsx';

const FORMATS = [
  ['json', 'JSON'],
  ['yaml', 'YAML'],
] as const;

/** The workflow as a file that can be imported elsewhere: the version in use, or the draft. */
export function ExportMenu({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('export');
  const { key, publishedVersion, hasDraft } = workflow;

  return (
    <Menu>
      <MenuTrigger>
        <Button icon={Download} disabled={publishedVersion === null && !hasDraft}>
          {t('export')}
        </Button>
      </MenuTrigger>
      <MenuContent>
        {publishedVersion !== null && (
          <>
            <MenuLabel>{t('published', { version: publishedVersion })}</MenuLabel>
            <ExportItems workflow={key} version={publishedVersion} />
          </>
        )}
        {hasDraft && (
          <>
            <MenuLabel>{t('draft')}</MenuLabel>
            <ExportItems workflow={key} version="draft" />
          </>
        )}
      </MenuContent>
    </Menu>
  );
}

type ExportItemsProps = { workflow: string; version: number | 'draft' };

/** Links, so that the browser names and keeps the file as the answer says. */
export function ExportItems({ workflow, version }: ExportItemsProps) {
  const t = useTranslations('export');

  return FORMATS.map(([format, name]) => (
    <MenuItem key={format} asChild>
      <a href={`/api/v1/workflows/${workflow}/export?format=${format}&version=${version}`}>
        <Download aria-hidden className="size-4 text-faint" />
        {t('as', { format: name })}
      </a>
    </MenuItem>
  ));
}
