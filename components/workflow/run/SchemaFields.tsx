'use client';

import { useTranslations } from 'next-intl';
import { own } from '#engine/json.ts';
import { Field } from '../../ui/Field.tsx';
import type { ControlProps } from '../../ui/Field.tsx';
import { Input, Select, Textarea } from '../../ui/Input.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { asText } from './schema_form.ts';
import type { FormField, FormValues } from './schema_form.ts';

type SchemaFieldsProps = {
  fields: readonly FormField[];
  values: FormValues;
  errorOf: (name: string) => string | undefined;
  onChange: (name: string, value: string | boolean) => void;
};

export function SchemaFields({ fields, values, errorOf, onChange }: SchemaFieldsProps) {
  return (
    <>
      {fields.map((field) => (
        <Field
          key={field.name}
          label={field.label}
          required={field.required && field.kind !== 'boolean'}
          hint={field.description}
          error={errorOf(field.name)}
        >
          {(control) => (
            <Control
              field={field}
              control={control}
              value={own(values, field.name) ?? ''}
              onChange={(value) => onChange(field.name, value)}
            />
          )}
        </Field>
      ))}
    </>
  );
}

type ControlOfProps = {
  field: FormField;
  control: ControlProps;
  value: string | boolean;
  onChange: (value: string | boolean) => void;
};

function Control({ field, control, value, onChange }: ControlOfProps) {
  const t = useTranslations('common');
  const shared = {
    ...control,
    name: field.name,
    value: String(value),
    placeholder: field.example,
  };

  switch (field.kind) {
    case 'boolean':
      return (
        <span className="flex h-8 items-center">
          <Switch
            id={control.id}
            aria-describedby={control['aria-describedby']}
            checked={value === true}
            onCheckedChange={onChange}
          />
        </span>
      );
    case 'choice':
      return (
        <Select
          {...control}
          name={field.name}
          value={String(value)}
          onChange={(event) => onChange(event.target.value)}
        >
          {(!field.required || value === '') && <option value="">{t('choose')}</option>}
          {field.options.map((option) => {
            const json = JSON.stringify(option);
            return (
              <option key={json} value={json}>
                {asText(option)}
              </option>
            );
          })}
        </Select>
      );
    case 'json':
    case 'longText':
      return (
        <Textarea
          {...shared}
          rows={4}
          spellCheck={field.kind === 'longText'}
          className={field.kind === 'json' ? 'mono' : ''}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'text':
    case 'url':
    case 'number':
    case 'integer':
      return (
        <Input
          {...shared}
          // Not type="number": it hides what was typed wrong, and rounds.
          inputMode={field.kind === 'url' ? 'url' : field.kind === 'text' ? 'text' : 'decimal'}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
