'use client';

import { useId } from 'react';
import { Input } from '../../ui/Input.tsx';
import type { TextProps } from './controls.tsx';

const KNOWN = Intl.supportedValuesOf('timeZone');

/** An IANA time zone, chosen from those that the browser knows or typed. */
export function TimeZoneInput({ control, value, maxLength, disabled, onChange }: TextProps) {
  const list = useId();

  return (
    <>
      <Input
        {...control}
        list={list}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={disabled}
        maxLength={maxLength}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {KNOWN.map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </datalist>
    </>
  );
}
