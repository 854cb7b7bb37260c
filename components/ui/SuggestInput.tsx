'use client';

import { useId } from 'react';
import type { ComponentProps } from 'react';
import { Input } from './Input.tsx';

export type Suggestion = { readonly value: string; readonly label?: string };

type SuggestInputProps = ComponentProps<'input'> & { suggestions: readonly Suggestion[] };

/** A name that is typed, or chosen among those that there are: the platform's own list, which takes any other as well. */
export function SuggestInput({ suggestions, ...rest }: SuggestInputProps) {
  const list = useId();

  return (
    <>
      <Input list={list} spellCheck={false} autoCapitalize="off" autoComplete="off" {...rest} />
      <datalist id={list}>
        {suggestions.map(({ value, label }) => (
          <option key={value} value={value}>
            {label ?? value}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** IANA time zones, those that the browser knows. */
export const TIME_ZONES: readonly Suggestion[] = Intl.supportedValuesOf('timeZone').map(
  (value) => ({ value }),
);
