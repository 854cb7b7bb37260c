'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { textOf } from '../../canvas/read.ts';
import type { ControlProps } from '../../ui/Field.tsx';
import { Input, Select, Textarea } from '../../ui/Input.tsx';
import { useEditable } from '../editor/context.ts';
import type { FieldFacts } from '../form/facts.ts';
import { valueAt, type Path } from '../model/path.ts';
import { useFieldWords } from '../words.ts';
import { ExpressionInput, JsonInput } from './controls.tsx';
import { useForm } from './form_target.ts';
import { WorkInput } from './WorkInput.tsx';

/** Fields whose values are more than their schema says. */
const EXPRESSIONS: readonly string[] = ['items', 'when'];
const LONG_TEXTS: readonly string[] = ['notes'];
const OBJECTS: readonly string[] = ['env'];

/** What a field is typed or chosen in: as its schema says, unless its value is more than that. */
export function FieldControl({
  facts,
  within,
  control,
}: {
  facts: FieldFacts;
  within: Path;
  control: ControlProps;
}): ReactNode {
  const form = useForm();
  const t = useTranslations('designer.fields');
  const words = useFieldWords(form.scope);
  const disabled = !useEditable();
  const { name, shape, fallback, required } = facts;
  const path = [...within, name];
  const value = valueAt(form.root, path);
  const change = (next: unknown) => form.change(path, next);
  const changeText = (text: string) => change(text === '' && !required ? undefined : text);

  if (name === 'work') {
    return (
      <WorkInput
        control={control}
        value={textOf(value) ?? ''}
        disabled={disabled}
        onChange={(text) => change(text === '' ? undefined : text)}
      />
    );
  }

  switch (shape.is) {
    case 'text':
      if (EXPRESSIONS.includes(name)) {
        return (
          <ExpressionInput
            control={control}
            value={textOf(value) ?? ''}
            disabled={disabled}
            onChange={changeText}
          />
        );
      }

      return LONG_TEXTS.includes(name) ? (
        <Textarea
          {...control}
          readOnly={disabled}
          maxLength={shape.maxLength}
          value={textOf(value) ?? ''}
          onChange={(event) => changeText(event.target.value)}
        />
      ) : (
        <Input
          {...control}
          readOnly={disabled}
          maxLength={shape.maxLength}
          autoComplete="off"
          value={textOf(value) ?? ''}
          onChange={(event) => changeText(event.target.value)}
        />
      );

    case 'number':
      return (
        <Input
          {...control}
          type="number"
          inputMode={shape.whole ? 'numeric' : 'decimal'}
          min={finite(shape.min)}
          max={finite(shape.max)}
          step={shape.whole ? 1 : 'any'}
          readOnly={disabled}
          placeholder={fallback === undefined ? t('none') : String(fallback)}
          value={typeof value === 'number' ? value : ''}
          onChange={({ target }) => change(target.value === '' ? undefined : target.valueAsNumber)}
        />
      );

    case 'choice':
      return (
        <Select
          {...control}
          disabled={disabled}
          value={textOf(value) ?? ''}
          onChange={(event) => change(event.target.value === '' ? undefined : event.target.value)}
        >
          {fallback !== undefined && (
            <option value="">
              {t('byDefault', { value: words.option(name, String(fallback)) })}
            </option>
          )}
          {shape.options
            .filter((option) => option !== fallback || value === fallback)
            .map((option) => (
              <option key={option} value={option}>
                {words.option(name, option)}
              </option>
            ))}
        </Select>
      );

    case 'json':
      return (
        <JsonInput
          control={control}
          value={value}
          disabled={disabled}
          objectOnly={OBJECTS.includes(name) || (name === 'input' && form.scope === 'settings')}
          onChange={change}
        />
      );

    case 'boolean':
    case 'choices':
    case 'group':
      return null;
  }
}

function finite(limit: number): number | undefined {
  return Number.isFinite(limit) && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined;
}
