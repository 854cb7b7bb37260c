'use client';

import { useTranslations } from 'next-intl';
import type { ComponentType, ReactNode } from 'react';
import { textOf } from '../../canvas/read.ts';
import type { ControlProps } from '../../ui/Field.tsx';
import { Input, Select } from '../../ui/Input.tsx';
import { useEditable } from '../editor/context.ts';
import type { FieldFacts } from '../form/facts.ts';
import { valueAt, type Path } from '../model/path.ts';
import { useFieldWords } from '../words.ts';
import {
  AmountInput,
  ClockInput,
  ExpressionInput,
  JsonInput,
  LongTextInput,
  TextInput,
  type TextProps,
} from './controls.tsx';
import { useForm } from './form_target.ts';
import { ScriptInput } from './ScriptInput.tsx';
import { TimeZoneInput } from './TimeZoneInput.tsx';
import { WorkflowInput } from './WorkflowInput.tsx';
import { WorkInput } from './WorkInput.tsx';

/** Texts that are more than their schema says. */
const TEXT_CONTROLS: Readonly<Record<string, ComponentType<TextProps>>> = {
  items: ExpressionInput,
  when: ExpressionInput,
  succeededWhen: ExpressionInput,
  failedWhen: ExpressionInput,
  notes: LongTextInput,
  prompt: LongTextInput,
  script: ScriptInput,
  work: WorkInput,
  workflow: WorkflowInput,
  from: ClockInput,
  to: ClockInput,
  timeZone: TimeZoneInput,
};

const OBJECTS: readonly string[] = ['env', 'headers'];

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
  // Of a node whose kind demands a work, an empty one is missing rather than wrong.
  const keepsEmpty = required && name !== 'work';

  switch (shape.is) {
    case 'text': {
      const Control = TEXT_CONTROLS[name] ?? TextInput;

      return (
        <Control
          control={control}
          value={textOf(value) ?? ''}
          maxLength={shape.maxLength}
          placeholder={fallback === undefined ? undefined : String(fallback)}
          disabled={disabled}
          onChange={(text) => change(text === '' && !keepsEmpty ? undefined : text)}
        />
      );
    }

    case 'amount':
      return <AmountInput control={control} value={value} disabled={disabled} onChange={change} />;

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
