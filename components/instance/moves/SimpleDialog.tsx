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

const NOTHING: JsonObject = {};

export function SimpleDialog({ id, move, params = NOTHING, confirm, onClose }: SimpleDialogProps) {
  const t = useTranslations('moves');

  return (
    <MoveDialog
      id={id}
      move={move}
      title={t(`${move}.title`)}
      confirm={confirm ?? t(`${move}.confirm`)}
      done={t(`${move}.done`)}
      danger={move === 'cancel'}
      params={params}
      onClose={onClose}
    />
  );
}
