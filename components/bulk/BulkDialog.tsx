'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { MoveName } from '#api/types.ts';
import { ReasonField } from '../instance/moves/fields.tsx';
import { MOVE_NAMES } from '../instance/moves/table.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { ParamFields } from './ParamFields.tsx';
import { NOTHING_WRITTEN, readParams } from './params.ts';
import { useCreateBulk, type About } from './queries.ts';

/** What of a move is said at its field. */
const POINTERS = ['/params'];

/** Which move of many, with what, and why; then leads to the page that shows how it goes. */
export function BulkDialog({ about, onClose }: { about: About; onClose: () => void }) {
  const t = useTranslations('bulk.dialog');
  const moves = useTranslations('moves');
  const format = useFormatter();
  const router = useRouter();
  const creating = useCreateBulk();
  // One that can be taken back: who presses Enter at once has ended nothing.
  const [action, setAction] = useState<MoveName>('pause');
  const [written, setWritten] = useState(NOTHING_WRITTEN);
  const [reason, setReason] = useState('');
  const read = readParams(action, written);
  const capped = 'capped' in about && about.capped;
  const count = 'ids' in about ? about.ids.length : about.count;
  const shown = `${format.number(count)}${capped ? '+' : ''}`;

  function create() {
    if (!read.ok) return;

    creating.mutate(
      { action, params: read.params, reason: reason.trim(), about },
      {
        onSuccess: ({ id }) => {
          toast.success(t('started'));
          onClose();
          router.push(`/bulk/${id}`);
        },
      },
    );
  }

  return (
    <FormDialog
      title={t('title', { count, shown })}
      description={t('ids' in about ? 'byIds' : 'byFilter')}
      width="md"
      move={creating}
      pointers={POINTERS}
      faulty={!read.ok}
      submitLabel={t('confirm', { move: moves(`names.${action}`), count: shown })}
      danger={action === 'cancel'}
      onSubmit={create}
      onClose={onClose}
    >
      {(tried) => (
        <>
          <ChoiceField
            label={t('move')}
            hint={moves(`does.${action}`)}
            options={MOVE_NAMES}
            textOf={(each) => moves(`names.${each}`)}
            value={action}
            onChange={(move) => {
              setAction(move);
              creating.reset();
            }}
          />
          <ParamFields
            move={action}
            written={written}
            fault={tried && !read.ok ? read : null}
            problem={creating.error}
            onChange={(change) => setWritten({ ...written, ...change })}
          />
          <ReasonField value={reason} onChange={setReason} />
        </>
      )}
    </FormDialog>
  );
}
