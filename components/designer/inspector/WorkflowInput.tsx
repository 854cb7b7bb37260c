'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { SuggestInput } from '../../ui/SuggestInput.tsx';
import { workflowsQuery } from '../../workflow/queries.ts';
import type { TextProps } from './controls.tsx';

/** A workflow that there is, or the key of one that will be: the engine says what is wrong with it. */
export function WorkflowInput({ control, value, disabled, onChange }: TextProps) {
  const t = useTranslations('designer.inspector');
  const { data } = useQuery(workflowsQuery());
  const workflow = data?.data.find(({ key }) => key === value);
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
      {workflow !== undefined && workflow.publishedVersion !== null && (
        <p className="text-xs text-muted">
          {workflow.name !== workflow.key && `${workflow.name} · `}
          {t('workflowPublished', { version: workflow.publishedVersion })}
        </p>
      )}
    </>
  );
}
