'use client';

import type { UseMutationResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Form } from '../ui/Form.tsx';
import { Refusal } from './Refusal.tsx';

type ConfirmMoveProps<Input, Answer> = {
  title: ReactNode;
  /** What will happen, and what will go on happening. */
  text: string;
  confirmLabel: string;
  danger?: boolean;
  move: UseMutationResult<Answer, Error, Input>;
  input: Input;
  /** Said when it is done. */
  done?: string;
  onDone?: (answer: Answer) => void;
  onClose: () => void;
};

const NO_FIELDS: readonly string[] = [];

/** Asks before something is made, which often cannot be taken back. */
export function ConfirmMove<Input, Answer>({
  title,
  text,
  confirmLabel,
  danger = true,
  move,
  input,
  done,
  onDone,
  onClose,
}: ConfirmMoveProps<Input, Answer>) {
  const t = useTranslations('common');

  function make() {
    if (move.isPending) return;

    move.mutate(input, {
      onSuccess: (answer) => {
        if (done !== undefined) toast.success(done);
        onClose();
        onDone?.(answer);
      },
    });
  }

  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <Form onSubmit={make}>
        <DialogBody className="flex flex-col gap-3 text-sm text-muted">
          <p>{text}</p>
          <Refusal problem={move.error} pointers={NO_FIELDS} />
        </DialogBody>
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>
            {t('back')}
          </Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={move.isPending}>
            {confirmLabel}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
