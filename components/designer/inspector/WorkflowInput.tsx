'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Input } from '../../ui/Input.tsx';
import { workflowsQuery } from '../../workflow/queries.ts';
import type { TextProps } from './controls.tsx';

/** A workflow that there is, or the key of one that will be: the engine says what is wrong with it. */
export function WorkflowInput({ control, value, disabled, onChange }: TextProps) {
  const t = useTranslations('designer.inspector');
  const list = useId();
  const { data } = useQuery(workflowsQuery());
  const workflow = data?.data.find(({ key }) => key === value);

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
      {workflow !== undefined && workflow.publishedVersion !== null && (
        <p className="text-xs text-muted">
          {workflow.name !== workflow.key && `${workflow.name} · `}
          {t('workflowPublished', { version: workflow.publishedVersion })}
        </p>
      )}
    </>
  );
}
