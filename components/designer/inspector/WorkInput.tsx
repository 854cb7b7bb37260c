'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { SuggestInput } from '../../ui/SuggestInput.tsx';
import { worksQuery } from '../../work/queries.ts';
import type { TextProps } from './controls.tsx';

/** A work that is registered, or the key of one that will be. */
export function WorkInput({ control, value, disabled, onChange }: TextProps) {
  const t = useTranslations('designer.inspector');
  const { data } = useQuery(worksQuery());
  const work = data?.data.find(({ key }) => key === value);
  const suggestions = data?.data.map(({ key, name }) => ({ value: key, label: name })) ?? [];

  return (
    <>
      <SuggestInput
        {...control}
        suggestions={suggestions}
        readOnly={disabled}
        maxLength={100}
        className="mono"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {work !== undefined && (
        <p className="text-xs text-muted">
          {work.name !== '' && work.name !== work.key && `${work.name} · `}
          {t('workDelivery', { delivery: work.delivery })}
        </p>
      )}
      {work === undefined && data !== undefined && value !== '' && (
        <p data-tone="warn" className="text-xs text-tone">
          {t('workNew')}
        </p>
      )}
    </>
  );
}
