'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Input } from '../../ui/Input.tsx';
import { workflowsQuery } from '../../workflow/queries.ts';
import type { TextProps } from './controls.tsx';

/** A workflow that there is, or the key of one that will be. */
export function WorkflowInput({ control, value, disabled, onChange }: TextProps) {
  const t = useTranslations('designer.inspector');
  const list = useId();
  const { data } = useQuery(workflowsQuery());
  const workflow = data?.data.find(({ key }) => key === value);
  // Of more workflows than one page holds, this may be one that is not listed; publishing will tell.
  const isNew = data?.nextCursor === null && workflow === undefined && value !== '';

  return (
    <>
      <Input
        {...control}
        list={list}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={disabled}
        maxLength={100}
        className="mono"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {data?.data.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </datalist>
      {workflow !== undefined && (
        <p className="text-xs text-muted">
          {workflow.name !== workflow.key && `${workflow.name} · `}
          {workflow.publishedVersion === null
            ? t('workflowUnpublished')
            : t('workflowPublished', { version: workflow.publishedVersion })}
        </p>
      )}
      {isNew && (
        <p data-tone="warn" className="text-xs text-tone">
          {t('workflowNew')}
        </p>
      )}
    </>
  );
}
