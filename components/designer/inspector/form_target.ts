'use client';

import { createContext, useContext } from 'react';
import type { Path } from '../model/path.ts';

/** Where a form's fields belong: one node, or the workflow itself. Fields know only the path below it. */
export type FormTarget = {
  readonly scope: 'fields' | 'settings';
  /** What the fields are read from. */
  readonly root: Readonly<Record<string, unknown>>;
  /** JSON Pointer of `root` in the document. */
  readonly pointer: string;
  readonly change: (path: Path, value: unknown) => void;
};

export const FormContext = createContext<FormTarget | null>(null);

export function useForm(): FormTarget {
  const form = useContext(FormContext);
  if (form === null) throw new Error('useForm needs a FormContext above it');
  return form;
}
