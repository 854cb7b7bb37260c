'use client';

import { FileUp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { toast } from 'sonner';

type FileChoiceProps = {
  label: string;
  /** As the attribute of the element: `.json,.yaml`. */
  accept: string;
  onText: (text: string) => void;
};

/** A file of text, to fill the field beside it. Stands as the `aside` of a Field. */
export function FileChoice({ label, accept, onText }: FileChoiceProps) {
  const t = useTranslations('common');
  const id = useId();

  async function read(input: HTMLInputElement) {
    try {
      const text = await input.files?.[0]?.text();
      if (text !== undefined) onText(text);
    } catch {
      // It was moved or changed since it was chosen, or is larger than a text can be.
      toast.error(t('couldNotReadFile'));
    } finally {
      // The same file can be chosen again once it has been mended.
      input.value = '';
    }
  }

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
        onChange={(event) => void read(event.target)}
      />
    </label>
  );
}
