'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import type { Instance, MoveName } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import { FormDialog } from '../../query/FormDialog.tsx';
import { useMoveInstance } from '../moves.ts';
import { ReasonField } from './fields.tsx';

type MoveDialogProps = {
  id: string;
  move: MoveName;
  title: string;
  confirm: string;
  /** Said once it is made. */
  done: string;
  /** Stands after what the move always does. */
  text?: string;
  danger?: boolean;
  wide?: boolean;
  /** There is nothing to confirm (yet). */
  blocked?: boolean;
  /** What the move takes beside its reason; null if what is written cannot be read, which its field says. */
  params: JsonObject | null;
  /** What the API calls the fields below that say their own faults. */
  pointers?: readonly string[];
  onMade?: (instance: Instance) => void;
  onClose: () => void;
  /** `tried`: somebody wanted to make it, so what is missing may be called a fault. */
  children?: ReactNode | ((tried: boolean, refused: Error | null) => ReactNode);
};

/** Every dialog of a move: what will happen, what it needs, why it is made. A refusal is shown in the words of the API. */
export function MoveDialog({
  id,
  move,
  title,
  confirm,
  done,
  text,
  danger = false,
  wide = false,
  blocked = false,
  params,
  pointers,
  onMade,
  onClose,
  children,
}: MoveDialogProps) {
  const t = useTranslations('moves');
  const moving = useMoveInstance(id);
  const [reason, setReason] = useState('');

  function make() {
    if (params === null) return;

    moving.mutate(
      { move, params, reason: reason.trim() },
      {
        onSuccess: (instance) => {
          toast.success(done);
          onClose();
          onMade?.(instance);
        },
      },
    );
  }

  return (
    <FormDialog
      title={title}
      width={wide ? 'md' : 'sm'}
      move={moving}
      {...(pointers !== undefined && { pointers })}
      faulty={params === null}
      blocked={blocked}
      submitLabel={confirm}
      danger={danger}
      onSubmit={make}
      onClose={onClose}
    >
      {(tried) => (
        <div className="flex flex-col gap-3 text-sm">
          <p className="text-muted">
            {t(`does.${move}`)}
            {text !== undefined && ` ${text}`}
          </p>
          {typeof children === 'function' ? children(tried, moving.error) : children}
          <ReasonField value={reason} onChange={setReason} />
        </div>
      )}
    </FormDialog>
  );
}
