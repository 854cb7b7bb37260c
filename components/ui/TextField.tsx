'use client';

import type { ComponentProps, ReactNode } from 'react';
import { Field } from './Field.tsx';
import { Input } from './Input.tsx';

type TextFieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  value: string;
  onChange: (text: string) => void;
} & Pick<ComponentProps<'input'>, 'className' | 'inputMode' | 'list' | 'maxLength' | 'type'>;

/** A line of text. Nothing fills it in or corrects it but the person. */
export function TextField({
  label,
  hint,
  error,
  required = false,
  onChange,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} required={required}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          {...input}
        />
      )}
    </Field>
  );
}
