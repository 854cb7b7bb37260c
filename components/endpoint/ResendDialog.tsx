'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Checkbox, Select } from '../ui/Input.tsx';
import { useResendSince } from './moves.ts';

const HOURS = [1, 6, 24, 72, 168] as const;
const HOUR_MS = 3_600_000;

/** Sends an endpoint once more what it missed. */
export function ResendDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('endpoints');
  const problemText = useProblemText();
  const resend = useResendSince(id);
  const [hours, setHours] = useState<number>(24);
  const [all, setAll] = useState(false);

  const submit = () =>
    resend.mutate(
      {
        since: new Date(Date.now() - hours * HOUR_MS).toISOString(),
        status: all ? 'all' : 'dead',
      },
      {
        onSuccess: ({ resent }) => {
          toast.success(t('resentCount', { count: resent }));
          onClose();
        },
      },
    );

  return (
    <Dialog open onOpenChange={onClose} title={t('resend')} description={t('resendText')}>
      <Form onSubmit={submit} problem={resend.error}>
        <DialogBody className="flex flex-col gap-4">
          <Field label={t('resendSince')}>
            {(control) => (
              <Select
                {...control}
                value={hours}
                onChange={(event) => setHours(Number(event.target.value))}
              >
                {HOURS.map((each) => (
                  <option key={each} value={each}>
                    {t('hours', { count: each })}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <label className="flex items-center gap-2 text-sm">
            <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)} />
            {t('resendAll')}
          </label>
          {resend.error !== null && <FieldError>{problemText(resend.error)}</FieldError>}
        </DialogBody>
        <DialogFooter>
          <Button type="submit" variant="primary" busy={resend.isPending}>
            {t('resend')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
