'use client';

import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

type FormProps = {
  /** With what stands in its fields: a browser may have filled them in without telling anybody. */
  onSubmit: (written: FormData) => void;
  /** What the server found wrong, if it did. */
  problem?: Error | null;
  className?: string;
  children: ReactNode;
};

/**
 * A form whose faults we say ourselves, beside their fields. Whenever a try to send it meets one, here or on the server, the first
 * field at fault takes the focus.
 */
export function Form({ onSubmit, problem = null, className = 'contents', children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    if (tries > 0 || problem !== null) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [tries, problem]);

  return (
    <form
      ref={form}
      // Sent before React listens, it is a plain form: what is in it, a password even, must not stand in the address.
      method="post"
      noValidate
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(new FormData(event.currentTarget));
        setTries((count) => count + 1);
      }}
    >
      {children}
    </form>
  );
}
