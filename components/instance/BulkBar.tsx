'use client';

import { Ban, RotateCcw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Instance } from '#api/types.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Dialog, DialogBody } from '../ui/Dialog.tsx';
import { isAllowed, useBulkMove } from './moves.ts';
import type { BulkResult } from './moves.ts';

type BulkMove = 'retry' | 'cancel';

/** What can be done to the chosen instances at once. Appears when some are chosen. */
export function BulkBar({ chosen, onDone }: { chosen: readonly Instance[]; onDone: () => void }) {
  const t = useTranslations('bulk');
  const [asking, setAsking] = useState<BulkMove | null>(null);
  const [refused, setRefused] = useState<readonly BulkResult[]>([]);
  const able = (move: BulkMove) => chosen.filter(({ status }) => isAllowed(move, status));

  if (chosen.length === 0 && refused.length === 0) {
    return null;
  }

  return (
    <div
      role="toolbar"
      aria-label={t('title')}
      className="sticky top-14 z-20 flex flex-wrap items-center gap-2 rounded-lg border border-accent bg-raised px-3 py-2 shadow-pop"
    >
      <span className="mr-auto text-sm font-medium">{t('chosen', { count: chosen.length })}</span>
      <Button
        icon={RotateCcw}
        disabled={able('retry').length === 0}
        onClick={() => setAsking('retry')}
      >
        {t('retry', { count: able('retry').length })}
      </Button>
      <Button
        icon={Ban}
        variant="danger"
        disabled={able('cancel').length === 0}
        onClick={() => setAsking('cancel')}
      >
        {t('cancel', { count: able('cancel').length })}
      </Button>
      <Button variant="ghost" onClick={onDone}>
        {t('clear')}
      </Button>
      {asking && (
        <BulkDialog
          move={asking}
          instances={able(asking)}
          onClose={() => setAsking(null)}
          onResults={(results) => {
            const failed = results.filter(({ ok }) => !ok);
            setAsking(null);
            setRefused(failed);
            if (failed.length < results.length) {
              toast.success(t(`done.${asking}`, { count: results.length - failed.length }));
            }
            if (failed.length === 0) {
              onDone();
            }
          }}
        />
      )}
      {refused.length > 0 && <RefusedDialog refused={refused} onClose={() => setRefused([])} />}
    </div>
  );
}

type BulkDialogProps = {
  move: BulkMove;
  instances: readonly Instance[];
  onClose: () => void;
  onResults: (results: readonly BulkResult[]) => void;
};

function BulkDialog({ move, instances, onClose, onResults }: BulkDialogProps) {
  const t = useTranslations('bulk');
  const moves = useTranslations('instance.move');
  const problemText = useProblemText();
  const bulk = useBulkMove();

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t(`ask.${move}`, { count: instances.length })}
      confirmLabel={t(move, { count: instances.length })}
      danger={move === 'cancel'}
      busy={bulk.isPending}
      error={bulk.error === null ? undefined : problemText(bulk.error)}
      onConfirm={() =>
        bulk.mutate({ move, ids: instances.map(({ id }) => id) }, { onSuccess: onResults })
      }
    >
      <p>{moves(`${move}.text`)}</p>
    </ConfirmDialog>
  );
}

function RefusedDialog({
  refused,
  onClose,
}: {
  refused: readonly BulkResult[];
  onClose: () => void;
}) {
  const t = useTranslations('bulk');

  return (
    <Dialog open onOpenChange={onClose} title={t('refused', { count: refused.length })} width="md">
      <DialogBody>
        <ul className="flex flex-col gap-1.5 text-sm">
          {refused.map(({ id, message, code }) => (
            <li key={id}>
              <span className="mono text-muted">{id.slice(0, 8)}…</span> {message ?? code}
            </li>
          ))}
        </ul>
      </DialogBody>
    </Dialog>
  );
}
