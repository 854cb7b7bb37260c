'use client';

import type { ComponentProps, ReactNode } from 'react';
import { Field } from './Field.tsx';
import { Input } from './Input.tsx';
import { SuggestInput, type Suggestion } from './SuggestInput.tsx';

type TextFieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  warning?: string | undefined;
  required?: boolean;
  value: string;
  /** What is often meant; anything else may be typed as well. */
  suggestions?: readonly Suggestion[];
  onChange: (text: string) => void;
} & Pick<ComponentProps<'input'>, 'className' | 'inputMode' | 'maxLength' | 'type'>;

/** A line of text. Nothing fills it in or corrects it but the person. */
export function TextField({
  label,
  hint,
  error,
  warning,
  required = false,
  suggestions,
  onChange,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} warning={warning} required={required}>
      {(control) => {
        const props: ComponentProps<'input'> = {
          ...control,
          autoComplete: 'off',
          spellCheck: false,
          onChange: (event) => onChange(event.target.value),
          ...input,
        };
        return suggestions === undefined ? (
          <Input {...props} />
        ) : (
          <SuggestInput suggestions={suggestions} {...props} />
        );
      }}
    </Field>
  );
}
