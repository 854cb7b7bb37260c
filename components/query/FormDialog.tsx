'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Form } from '../ui/Form.tsx';
import { Refusal } from './Refusal.tsx';

type FormDialogProps = {
  title: ReactNode;
  description?: ReactNode;
  width?: 'sm' | 'md';
  /** What sends the form. */
  move: { error: Error | null; isPending: boolean; reset: () => void };
  /** Fields that say their own faults; all others are said below. */
  pointers?: readonly string[];
  /** What is written cannot be sent: its field says why. */
  faulty?: boolean;
  /** There is nothing to send (yet). */
  blocked?: boolean;
  submitLabel?: string;
  danger?: boolean;
  /** Sends it. */
  onSubmit: () => void;
  onClose: () => void;
  /** `tried`: somebody wanted to send it, so what is missing may be called a fault. */
  children: (tried: boolean) => ReactNode;
};

const NO_POINTERS: readonly string[] = [];

/** A form in a dialog. It is sent once at a time, stays as it was written when it is refused, and says each fault once. */
export function FormDialog({
  title,
  description,
  width = 'sm',
  move,
  pointers = NO_POINTERS,
  faulty = false,
  blocked = false,
  submitLabel,
  danger = false,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const t = useTranslations('common');
  const [tried, setTried] = useState(false);
  // A second click may come before we are told that the first one has begun to send.
  const sending = useRef(false);

  useEffect(() => {
    sending.current = move.isPending;
  }, [move.isPending]);

  function submit() {
    setTried(true);
    if (sending.current || blocked) {
      return;
    }
    if (faulty) {
      // What the server said was about what was written then.
      move.reset();
    } else {
      sending.current = true;
      onSubmit();
    }
  }

  return (
    <Dialog
      open
      keepsWhatIsWritten
      onOpenChange={onClose}
      title={title}
      description={description}
      width={width}
    >
      <Form onSubmit={submit} problem={move.error}>
        <DialogBody className="flex flex-col gap-4">
          {children(tried)}
          <Refusal problem={move.error} pointers={pointers} />
        </DialogBody>
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>
            {t('back')}
          </Button>
          <Button
            type="submit"
            variant={danger ? 'danger' : 'primary'}
            busy={move.isPending}
            disabled={blocked}
          >
            {submitLabel ?? t('save')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
