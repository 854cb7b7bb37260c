'use client';

import type { LucideIcon } from 'lucide-react';
import { Ban, Pause, Play, RotateCcw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Input } from '../ui/Input.tsx';
import { isAllowed, MOVES, useMoveInstance } from './moves.ts';
import type { Move } from './moves.ts';

const ICONS: Readonly<Record<Move, LucideIcon>> = {
  pause: Pause,
  resume: Play,
  retry: RotateCcw,
  cancel: Ban,
};

export function InstanceActions({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('instance.move');
  const [asking, setAsking] = useState<Move | null>(null);

  return (
    <>
      {MOVES.filter((move) => isAllowed(move, instance.status)).map((move) => (
        <Button
          key={move}
          icon={ICONS[move]}
          variant={move === 'cancel' ? 'danger' : move === 'retry' ? 'primary' : 'secondary'}
          onClick={() => setAsking(move)}
        >
          {t(`${move}.label`)}
        </Button>
      ))}
      {asking && (
        <MoveDialog key={asking} move={asking} id={instance.id} onClose={() => setAsking(null)} />
      )}
    </>
  );
}

/** Every dialog says what will happen and what goes on happening. */
function MoveDialog({ move, id, onClose }: { move: Move; id: string; onClose: () => void }) {
  const t = useTranslations('instance.move');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const moving = useMoveInstance(id);
  const [reason, setReason] = useState('');

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t(`${move}.title`)}
      confirmLabel={t(`${move}.confirm`)}
      danger={move === 'cancel'}
      busy={moving.isPending}
      error={moving.error === null ? undefined : problemText(moving.error)}
      onConfirm={() =>
        moving.mutate(
          { move, ...(reason.trim() !== '' && { reason: reason.trim() }) },
          { onSuccess: onClose },
        )
      }
    >
      <p>{t(`${move}.text`)}</p>
      {move === 'cancel' && (
        <Field label={`${common('reason')} (${common('optional')})`}>
          {(control) => (
            <Input
              {...control}
              value={reason}
              maxLength={500}
              autoComplete="off"
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      )}
    </ConfirmDialog>
  );
}
