'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { MoveName } from '#api/types.ts';
import { ReasonField } from '../instance/moves/fields.tsx';
import { MOVE_NAMES } from '../instance/moves/table.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Select } from '../ui/Input.tsx';
import { ParamFields } from './ParamFields.tsx';
import { NOTHING_WRITTEN, readParams, type ParamsRead } from './params.ts';
import { useCreateBulk, type About } from './queries.ts';

/** Which move of many, with what, and why; then leads to the page that shows how it goes. */
export function BulkDialog({ about, onClose }: { about: About; onClose: () => void }) {
  const t = useTranslations('bulk.dialog');
  const moves = useTranslations('moves');
  const common = useTranslations('common');
  const format = useFormatter();
  const router = useRouter();
  const problemText = useProblemText();
  const creating = useCreateBulk();
  const [action, setAction] = useState<MoveName>('cancel');
  const [written, setWritten] = useState(NOTHING_WRITTEN);
  const [read, setRead] = useState<ParamsRead | null>(null);
  const [reason, setReason] = useState('');
  const capped = 'capped' in about && about.capped;
  const count = 'ids' in about ? about.ids.length : about.count;
  const shown = `${format.number(count)}${capped ? '+' : ''}`;

  function create() {
    const params = readParams(action, written);
    setRead(params);
    if (!params.ok || creating.isPending) return;

    creating.mutate(
      { action, params: params.params, reason: reason.trim(), about },
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
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title', { count, shown })}
      description={t('ids' in about ? 'byIds' : 'byFilter')}
      width="md"
    >
      <Form problem={creating.error} onSubmit={create}>
        <DialogBody className="flex flex-col gap-3 text-sm">
          <Field label={t('move')} hint={moves(`does.${action}`)}>
            {(control) => (
              <Select
                {...control}
                value={action}
                onChange={(event) => {
                  setAction(MOVE_NAMES.find((each) => each === event.target.value) ?? action);
                  setRead(null);
                }}
              >
                {MOVE_NAMES.map((each) => (
                  <option key={each} value={each}>
                    {moves(`names.${each}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <ParamFields
            move={action}
            written={written}
            fault={read === null || read.ok ? null : read}
            onChange={(change) => setWritten({ ...written, ...change })}
          />
          <ReasonField value={reason} onChange={setReason} />
          {creating.error !== null && <FieldError>{problemText(creating.error)}</FieldError>}
        </DialogBody>
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>
            {common('back')}
          </Button>
          <Button
            type="submit"
            variant={action === 'cancel' ? 'danger' : 'primary'}
            busy={creating.isPending}
          >
            {t('confirm', { move: moves(`names.${action}`), count: shown })}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
