'use client';

import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { useProblemText } from './problem_text.ts';

type ConfirmMoveProps<Input> = {
  title: ReactNode;
  /** What will happen, and what will go on happening. */
  text: string;
  confirmLabel: string;
  move: UseMutationResult<unknown, Error, Input>;
  input: Input;
  /** Said when it is done. */
  done?: string;
  onDone?: () => void;
  onClose: () => void;
};

/** Asks before something is made that cannot be taken back. */
export function ConfirmMove<Input>({
  title,
  text,
  confirmLabel,
  move,
  input,
  done,
  onDone,
  onClose,
}: ConfirmMoveProps<Input>) {
  const problemText = useProblemText();

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={title}
      confirmLabel={confirmLabel}
      danger
      busy={move.isPending}
      error={move.error === null ? undefined : problemText(move.error)}
      onConfirm={() =>
        move.mutate(input, {
          onSuccess: () => {
            if (done !== undefined) toast.success(done);
            onClose();
            onDone?.();
          },
        })
      }
    >
      <p>{text}</p>
    </ConfirmDialog>
  );
}
