'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { imagesIn } from '../ui/images.ts';
import { ImageStrip } from '../ui/ImageStrip.tsx';
import { JsonView } from '../ui/JsonView.tsx';
import { Panel } from '../ui/Panel.tsx';

export function DataTab({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('instance');
  const images = useMemo(() => imagesIn(instance.output ?? undefined), [instance.output]);

  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Panel title={t('output')} className="xl:col-span-2" bodyClassName="p-4 flex flex-col gap-3">
        <ImageStrip images={images} large />
        {instance.output === null ? (
          <p className="text-sm text-muted">{t('noOutput')}</p>
        ) : (
          <JsonView value={instance.output} label={t('output')} />
        )}
      </Panel>
      <Panel title={t('input')}>
        <JsonView value={instance.input} label={t('input')} />
      </Panel>
      <Panel title={t('context')}>
        <JsonView value={instance.context} label={t('context')} />
      </Panel>
      {instance.dedupeKey !== null && (
        <Panel title={t('dedupeKey')} className="xl:col-span-2">
          <span className="mono break-all">{instance.dedupeKey}</span>
          <CopyButton text={instance.dedupeKey} label={t('copyDedupeKey')} />
        </Panel>
      )}
    </div>
  );
}
