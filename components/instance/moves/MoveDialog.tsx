'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import type { Instance, MoveName } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import { useProblemText } from '../../query/problem_text.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { FieldError } from '../../ui/Field.tsx';
import { Form } from '../../ui/Form.tsx';
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
  /** What the move takes, read from the fields; null if one is at fault and says so. Absent: nothing. */
  read?: () => JsonObject | null;
  onMade?: (instance: Instance) => void;
  onClose: () => void;
  children?: ReactNode;
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
  read,
  onMade,
  onClose,
  children,
}: MoveDialogProps) {
  const t = useTranslations('moves');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const moving = useMoveInstance(id);
  const [reason, setReason] = useState('');

  function make() {
    const params = moving.isPending || blocked ? null : read ? read() : {};
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
    <Dialog
      open
      keepsWhatIsWritten={read !== undefined}
      onOpenChange={onClose}
      title={title}
      width={wide ? 'md' : 'sm'}
    >
      <Form problem={moving.error} onSubmit={make}>
        <DialogBody className="flex flex-col gap-3 text-sm">
          <p className="text-muted">
            {t(`does.${move}`)}
            {text !== undefined && ` ${text}`}
          </p>
          {children}
          <ReasonField value={reason} onChange={setReason} />
          {moving.error !== null && <FieldError>{problemText(moving.error)}</FieldError>}
        </DialogBody>
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>
            {common('back')}
          </Button>
          <Button
            type="submit"
            variant={danger ? 'danger' : 'primary'}
            busy={moving.isPending}
            disabled={blocked}
          >
            {confirm}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
