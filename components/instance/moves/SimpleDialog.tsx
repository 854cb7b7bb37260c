'use client';

import { useTranslations } from 'next-intl';
import type { JsonObject } from '#engine/json.ts';
import { MoveDialog } from './MoveDialog.tsx';

/** Moves that need nothing but a yes. */
export type SimpleMove = 'pause' | 'resume' | 'retry' | 'cancel' | 'run-now' | 'retry-segments';

type SimpleDialogProps = {
  id: string;
  move: SimpleMove;
  params?: JsonObject;
  /** Instead of the move's own name. */
  confirm?: string;
  onClose: () => void;
};

export function SimpleDialog({ id, move, params, confirm, onClose }: SimpleDialogProps) {
  const t = useTranslations('moves');

  return (
    <MoveDialog
      id={id}
      move={move}
      title={t(`${move}.title`)}
      confirm={confirm ?? t(`${move}.confirm`)}
      done={t(`${move}.done`)}
      danger={move === 'cancel'}
      {...(params && { read: () => params })}
      onClose={onClose}
    />
  );
}
