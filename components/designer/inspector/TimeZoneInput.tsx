'use client';

import { SuggestInput, TIME_ZONES } from '../../ui/SuggestInput.tsx';
import type { TextProps } from './controls.tsx';

/** An IANA time zone. */
export function TimeZoneInput({ control, value, maxLength, disabled, onChange }: TextProps) {
  return (
    <SuggestInput
      {...control}
      suggestions={TIME_ZONES}
      readOnly={disabled}
      maxLength={maxLength}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
