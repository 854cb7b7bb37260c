'use client';

import { Textarea } from '../../ui/Input.tsx';
import type { TextProps } from './controls.tsx';

const FEWEST_LINES = 8;

/** Code with numbered lines, which are what an error names. Tab moves on, as everywhere, so that nobody is caught in it. */
export function ScriptInput({ control, value, maxLength, disabled, onChange }: TextProps) {
  const lines = value.split('\n').length;

  return (
    <div className="relative max-h-96 overflow-y-auto rounded-md">
      <ol
        aria-hidden
        className="mono absolute inset-y-0 left-0 w-8 py-1.5 pr-2 text-right text-xs leading-5 text-faint select-none"
      >
        {Array.from({ length: lines }, (_, index) => (
          <li key={index}>{index + 1}</li>
        ))}
      </ol>
      <Textarea
        {...control}
        // As high as its text: it scrolls together with the numbers.
        rows={Math.max(FEWEST_LINES, lines + 1)}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={disabled}
        maxLength={maxLength}
        className="mono block resize-none overflow-x-auto pl-9 text-xs leading-5"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
