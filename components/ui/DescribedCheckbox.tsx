'use client';

import { useId } from 'react';
import type { ReactNode } from 'react';
import { Checkbox } from './Input.tsx';

type DescribedCheckboxProps = {
  /** A word of the API. */
  label: string;
  about: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** One of several things that can be chosen, each with a sentence of what it is. */
export function DescribedCheckbox({ label, about, checked, onChange }: DescribedCheckboxProps) {
  const id = useId();

  return (
    <div className="flex items-start gap-2">
      <Checkbox
        id={id}
        aria-describedby={`${id}-about`}
        className="mt-0.5"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="text-sm">
        <label htmlFor={id} className="mono">
          {label}
        </label>
        <p id={`${id}-about`} className="text-xs text-muted">
          {about}
        </p>
      </div>
    </div>
  );
}
