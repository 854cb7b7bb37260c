'use client';

import type { ReactNode } from 'react';
import { Field } from './Field.tsx';
import { Select } from './Input.tsx';

type ChoiceFieldProps<Value extends string> = {
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
  className?: string;
  options: readonly Value[];
  textOf: (option: Value) => string;
  value: Value;
  onChange: (value: Value) => void;
};

/** One of a few. */
export function ChoiceField<Value extends string>({
  label,
  hint,
  disabled = false,
  className = '',
  options,
  textOf,
  value,
  onChange,
}: ChoiceFieldProps<Value>) {
  return (
    <Field label={label} hint={hint} className={className}>
      {(control) => (
        <Select
          {...control}
          disabled={disabled}
          value={value}
          onChange={(event) =>
            onChange(options.find((option) => option === event.target.value) ?? value)
          }
        >
          {options.map((option) => (
            <option key={option} value={option}>
              {textOf(option)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
