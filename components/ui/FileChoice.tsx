'use client';

import { FileUp } from 'lucide-react';
import { useId } from 'react';

type FileChoiceProps = {
  label: string;
  /** As the attribute of the element: `.json,.yaml`. */
  accept: string;
  onText: (text: string) => void;
};

/** A file of text, to fill the field beside it. Stands as the `aside` of a Field. */
export function FileChoice({ label, accept, onText }: FileChoiceProps) {
  const id = useId();

  return (
    <label
      htmlFor={id}
      className="inline-flex cursor-pointer items-center gap-1 rounded-sm text-xs text-accent underline-offset-2 focus-within:outline-2 focus-within:outline-focus hover:underline"
    >
      <FileUp aria-hidden className="size-3.5" />
      {label}
      <input
        id={id}
        type="file"
        accept={accept}
        className="sr-only"
        onChange={(event) => {
          const { target } = event;
          void target.files?.[0]?.text().then((text) => {
            onText(text);
            // The same file can be chosen again once it has been mended.
            target.value = '';
          });
        }}
      />
    </label>
  );
}
