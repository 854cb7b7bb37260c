'use client';

import { useQuery } from '@tanstack/react-query';
import { Ban, Layers, RotateCcw } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Instance } from '#api/types.ts';
import { BulkDialog } from '../bulk/BulkDialog.tsx';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody } from '../ui/Dialog.tsx';
import { shortId } from '../ui/text.ts';
import { useInstanceFilter } from './filter.ts';
import { useBulkMove } from './moves.ts';
import type { BulkResult } from './moves.ts';
import { isAllowed } from './moves/table.ts';
import { countsQuery } from './queries.ts';

type BulkMove = 'retry' | 'cancel';

type BulkBarProps = {
  chosen: readonly Instance[];
  /** More match than this page shows, and all of the page is chosen. */
  hasMore: boolean;
  /** All that match are chosen, on whatever page. */
  everything: boolean;
  onEverything: () => void;
  onDone: () => void;
};

/** What can be done to the chosen instances at once. Appears when some are chosen. */
export function BulkBar({ chosen, hasMore, everything, onEverything, onDone }: BulkBarProps) {
  const t = useTranslations('bulk');
  const [asking, setAsking] = useState<BulkMove | 'more' | null>(null);
  const [refused, setRefused] = useState<readonly BulkResult[]>([]);
  const matching = useMatching(hasMore || everything);
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
      <span className="text-sm font-medium">
        {everything && matching
          ? t('everythingChosen', { count: matching.shown })
          : t('chosen', { count: chosen.length })}
      </span>
      {!everything && hasMore && matching && (
        <Button variant="ghost" onClick={onEverything}>
          {t('everything', { count: matching.shown })}
        </Button>
      )}
      <span className="mr-auto" />
      {!everything && (
        <>
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
        </>
      )}
      <Button icon={Layers} onClick={() => setAsking('more')}>
        {t('moreMoves')}
      </Button>
      <Button variant="ghost" onClick={onDone}>
        {t('clear')}
      </Button>
      {asking === 'more' && (
        <BulkDialog
          about={everything && matching ? matching : { ids: chosen.map(({ id }) => id) }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking && asking !== 'more' && (
        <MoveDialog
          move={asking}
          instances={able(asking)}
          onClose={() => setAsking(null)}
          onResults={(results) => {
            const failed = results.filter(({ ok }) => !ok);
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

/** How many the filter is about now, once that is asked for. */
function useMatching(wanted: boolean) {
  const format = useFormatter();
  const { filter } = useInstanceFilter();
  const { data } = useQuery({ ...countsQuery(filter), enabled: wanted });
  if (data === undefined) {
    return null;
  }
  const count = Object.values(data.counts).reduce((sum, each) => sum + each, 0);

  return {
    filter,
    count,
    capped: data.capped,
    shown: `${format.number(count)}${data.capped ? '+' : ''}`,
  };
}

type MoveDialogProps = {
  move: BulkMove;
  instances: readonly Instance[];
  onClose: () => void;
  onResults: (results: readonly BulkResult[]) => void;
};

function MoveDialog({ move, instances, onClose, onResults }: MoveDialogProps) {
  const t = useTranslations('bulk');
  const does = useTranslations('moves.does');
  const count = instances.length;

  return (
    <ConfirmMove
      title={t(`ask.${move}`, { count })}
      text={does(move)}
      confirmLabel={t(move, { count })}
      danger={move === 'cancel'}
      move={useBulkMove()}
      input={{ move, ids: instances.map(({ id }) => id) }}
      onDone={onResults}
      onClose={onClose}
    />
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
              <span className="mono text-muted">{shortId(id)}</span> {message ?? code}
            </li>
          ))}
        </ul>
      </DialogBody>
    </Dialog>
  );
}
